import { queryOptions } from "@tanstack/react-query";

import { api } from "../../api";
import { admin } from "../../api/admin";

export const servicesQuery = queryOptions({
  queryKey: ["acme", "services"],
  queryFn: () => api.get("/acme/services"),
});

export const profilesQuery = queryOptions({
  queryKey: ["acme", "csr-profiles"],
  queryFn: () => admin.get("/csr-profiles", { query: { limit: 1000 } }),
});

export const allowedNamesQuery = queryOptions({
  queryKey: ["acme", "allowed-identifiers"],
  queryFn: () => admin.get("/allowed-identifiers", { query: { limit: 1000 } }),
});
