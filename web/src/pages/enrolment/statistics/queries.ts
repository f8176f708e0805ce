import { queryOptions } from "@tanstack/react-query";

import { api } from "../../../api";

/** Orders by day and service, proofs and clients of the last thirty days. */
export const statistics = queryOptions({
  queryKey: ["acme", "statistics"],
  queryFn: () => api.get("/acme/statistics"),
  staleTime: 60_000,
});
