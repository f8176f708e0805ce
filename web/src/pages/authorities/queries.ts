import { queryOptions, type QueryClient } from "@tanstack/react-query";

import { api } from "../../api";

export const crlsQuery = queryOptions({ queryKey: ["crl"], queryFn: () => api.get("/crl") });
export const casQuery = queryOptions({ queryKey: ["cas", "list"], queryFn: () => api.get("/cas") });

/** After an own change, everything that shows authorities is asked again at once. */
export function refreshAuthorities(queries: QueryClient) {
  return Promise.all(
    ["cas", "crl", "audit"].map((topic) => queries.invalidateQueries({ queryKey: [topic] })),
  );
}
