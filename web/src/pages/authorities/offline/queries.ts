import { queryOptions } from "@tanstack/react-query";

import { api, type Data } from "../../../api";

export type AuthorityRequest = Data<"get", "/cas/requests">[number];
export type Duty = Data<"get", "/cas/calendar">[number];

export const requestsQuery = queryOptions({
  queryKey: ["cas", "requests"],
  queryFn: () => api.get("/cas/requests"),
});
export const calendarQuery = queryOptions({
  queryKey: ["cas", "calendar"],
  queryFn: () => api.get("/cas/calendar"),
});
