import { queryOptions } from "@tanstack/react-query";

import { api } from "../../api";

export const rolesQuery = queryOptions({
  queryKey: ["roles"],
  queryFn: () => api.get("/rbac/roles"),
});

export const permissionsQuery = queryOptions({
  queryKey: ["permissions"],
  queryFn: () => api.get("/rbac/permissions"),
  staleTime: Infinity,
});
