import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api } from "../../api";

export const statsQuery = queryOptions({
  queryKey: ["certificate-stats"],
  queryFn: () => api.get("/certificates/stats"),
  placeholderData: keepPreviousData,
});

/** Whether anybody but the server itself has a certificate yet. */
export const ownCertificatesQuery = queryOptions({
  queryKey: ["certificate-stats", "any"],
  queryFn: () =>
    api.get("/certificates", {
      query: { source: ["acme", "manual", "csr"], page: 1, per_page: 1 },
    }),
});
