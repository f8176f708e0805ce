import { queryOptions, useQuery } from "@tanstack/react-query";

import { api } from "../api";
import { setCsrfToken } from "../api/client";

/** Who is signed in, and whether they are restricted; kept until sign-in, sign-out or a poll changes it. */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async () => {
    const { data } = await api.get("/auth/verify");
    setCsrfToken(data.csrf_token ?? undefined);
    return data;
  },
  staleTime: Infinity,
});

export function useSession() {
  return useQuery(sessionQuery).data;
}

/** The account behind the session, with what its owner may change. */
export const profileQuery = queryOptions({
  queryKey: ["account", "profile"],
  queryFn: () => api.get("/account/profile"),
});
