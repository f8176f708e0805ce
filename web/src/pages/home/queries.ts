import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api } from "../../api";

export const statsQuery = queryOptions({
  queryKey: ["certificate-stats"],
  queryFn: () => api.get("/certificates/stats"),
  placeholderData: keepPreviousData,
});
