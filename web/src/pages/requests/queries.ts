import { queryOptions, type QueryClient } from "@tanstack/react-query";

import { api } from "../../api";
import { refreshCertificates } from "../certificates/refresh";

export const requestStatsQuery = queryOptions({
  queryKey: ["csrs", "stats"],
  queryFn: () => api.get("/csrs/stats"),
});

/** After an own change, everything that shows requests or what came of them is asked again. */
export function refreshRequests(queries: QueryClient) {
  return Promise.all([
    queries.invalidateQueries({ queryKey: ["csrs"] }),
    refreshCertificates(queries),
  ]);
}
