// What the list shows is said by its address: /requests?status=issued&q=web

export const requestStatuses = ["issued", "all"] as const;
export type RequestStatus = (typeof requestStatuses)[number];

export interface RequestSearch {
  q?: string;
  /** Those that wait, when absent. */
  status?: RequestStatus;
  page?: number;
}

/** From the address; anything unknown is dropped. */
export function readRequestSearch(raw: Record<string, unknown>): RequestSearch {
  const search: RequestSearch = {};
  const q = typeof raw.q === "string" || typeof raw.q === "number" ? String(raw.q).trim() : "";
  if (q) search.q = q;
  const status = requestStatuses.find((one) => one === raw.status);
  if (status) search.status = status;
  const page = Number(raw.page);
  if (Number.isInteger(page) && page > 1) search.page = page;
  return search;
}

export function toRequestQuery(search: RequestSearch, perPage: number) {
  return {
    page: search.page ?? 1,
    per_page: perPage,
    search: search.q,
    status: search.status ?? ("pending" as const),
  };
}
