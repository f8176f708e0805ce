import { queryOptions } from "@tanstack/react-query";

import { api } from "../../api";

export const templatesQuery = queryOptions({
  queryKey: ["templates", "list"],
  queryFn: () => api.get("/templates"),
});
