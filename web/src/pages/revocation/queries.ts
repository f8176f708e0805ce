import { queryOptions } from "@tanstack/react-query";

import { api, type Data } from "../../api";

export type Job = Data<"get", "/certificates/bulk/revoke/jobs">[number];
export type JobItem = Data<"get", "/certificates/bulk/revoke/jobs/{job_id}/results">[number];

export const respondersQuery = queryOptions({
  queryKey: ["crl", "responders"],
  queryFn: () => api.get("/ocsp/responders"),
});
export const ocspStatsQuery = queryOptions({
  queryKey: ["crl", "ocsp-stats"],
  queryFn: () => api.get("/ocsp/stats"),
});

/** What certificates point to, fetched as clients fetch it. It takes seconds. */
export const pointsQuery = (id: number) =>
  queryOptions({
    queryKey: ["points", id],
    queryFn: () => api.get("/crl/{ca_id}/points", { path: { ca_id: id } }),
    staleTime: 60_000,
    retry: false,
  });

const soon = (running: boolean) => (running ? 1_000 : false);

export const jobsQuery = queryOptions({
  queryKey: ["revocation-jobs", "list"],
  queryFn: () => api.get("/certificates/bulk/revoke/jobs", { query: { per_page: 20 } }),
  refetchInterval: ({ state }) =>
    soon(state.data?.data.some(({ status }) => status === "running") ?? false),
});
export const jobQuery = (id: number) =>
  queryOptions({
    queryKey: ["revocation-jobs", id],
    queryFn: () => api.get("/certificates/bulk/revoke/jobs/{job_id}", { path: { job_id: id } }),
    enabled: Number.isInteger(id) && id > 0,
    refetchInterval: ({ state }) => soon(state.data?.data.status === "running"),
  });
