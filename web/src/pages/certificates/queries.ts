import { queryOptions } from "@tanstack/react-query";

import { api } from "../../api";

/** The first of those that exist: a menu of more would help nobody, and the search takes any. */
export const tagsQuery = queryOptions({
  queryKey: ["tags", "first"],
  queryFn: () => api.get("/tags", { query: { per_page: 50 } }),
});
