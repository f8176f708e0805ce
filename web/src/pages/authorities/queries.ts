import { queryOptions } from "@tanstack/react-query";

import { api } from "../../api";

export const crlsQuery = queryOptions({ queryKey: ["crl"], queryFn: () => api.get("/crl") });
export const casQuery = queryOptions({ queryKey: ["cas", "list"], queryFn: () => api.get("/cas") });
