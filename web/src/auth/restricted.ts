import { queryOptions, useQuery } from "@tanstack/react-query";

import { api } from "../api";

/** Whether the account is restricted to some authorities or templates. */
export const restrictedQuery = queryOptions({
  queryKey: ["restricted"],
  queryFn: async () => (await api.get("/auth/verify")).data.restricted ?? false,
  staleTime: Infinity,
});

/** The shell has asked before it shows anything; outside of it nobody is restricted yet. */
export function useRestricted() {
  return useQuery({ ...restrictedQuery, enabled: false }).data ?? false;
}
