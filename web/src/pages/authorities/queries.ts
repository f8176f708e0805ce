import { queryOptions, type QueryClient } from "@tanstack/react-query";

import { api } from "../../api";

export const crlsQuery = queryOptions({ queryKey: ["crl"], queryFn: () => api.get("/crl") });
export const casQuery = queryOptions({ queryKey: ["cas", "list"], queryFn: () => api.get("/cas") });
export const furtherQuery = (id: number) =>
  queryOptions({
    queryKey: ["cas", "further", id],
    queryFn: () => api.get("/cas/{ca_id}/further-certificates", { path: { ca_id: id } }),
  });

/** After an own change, everything that shows authorities is asked again at once. */
export function refreshAuthorities(queries: QueryClient) {
  return Promise.all(
    ["cas", "crl", "certificates", "audit"].map((topic) =>
      queries.invalidateQueries({ queryKey: [topic] }),
    ),
  );
}
