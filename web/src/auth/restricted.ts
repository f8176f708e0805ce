import { queryOptions, useQuery } from "@tanstack/react-query";

import { api, ApiError } from "../api";

/**
 * Whether the account is restricted to some authorities or templates. It is told by refusing, and the
 * names of the permissions are refused to nobody else.
 */
export const restrictedQuery = queryOptions({
  queryKey: ["restricted"],
  queryFn: async () => {
    try {
      await api.get("/rbac/permissions");
      return false;
    } catch (error) {
      if (error instanceof ApiError && error.status === 403) return true;
      throw error;
    }
  },
  staleTime: Infinity,
});

/** The shell has asked before it shows anything; outside of it nobody is restricted yet. */
export function useRestricted() {
  return useQuery({ ...restrictedQuery, enabled: false }).data ?? false;
}
