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

export const usersQuery = queryOptions({
  queryKey: ["users"],
  queryFn: () => api.get("/users"),
});

export const ownedQuery = (id: number) =>
  queryOptions({
    queryKey: ["users", "owned", id],
    queryFn: () => api.get("/users/{user_id}/owned", { path: { user_id: id } }),
    staleTime: 0,
  });
