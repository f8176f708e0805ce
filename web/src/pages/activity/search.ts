export interface ActivitySearch {
  q?: string;
  user?: string;
  action?: string;
  result?: "failed" | "done";
  from?: string;
  to?: string;
  page?: number;
  entry?: number;
}

const isDay = (value: unknown): value is string =>
  typeof value === "string" &&
  /^\d{4}-\d{2}-\d{2}$/.test(value) &&
  !Number.isNaN(Date.parse(value));

/** From the address; anything unknown is dropped. */
export function readActivitySearch(raw: Record<string, unknown>): ActivitySearch {
  const search: ActivitySearch = {};
  for (const name of ["q", "user", "action"] as const) {
    const value = raw[name];
    if (typeof value === "string" && value.trim() !== "") search[name] = value;
    else if (typeof value === "number") search[name] = String(value);
  }
  if (raw.result === "failed" || raw.result === "done") search.result = raw.result;
  if (isDay(raw.from)) search.from = raw.from;
  if (isDay(raw.to)) search.to = raw.to;
  for (const name of ["page", "entry"] as const) {
    const value = Number(raw[name]);
    if (Number.isInteger(value) && value > (name === "page" ? 1 : 0)) search[name] = value;
  }
  return search;
}

export function toAuditQuery(search: ActivitySearch, perPage: number) {
  return {
    page: search.page ?? 1,
    per_page: perPage,
    search: search.q,
    username: search.user,
    action: search.action,
    success: search.result === undefined ? undefined : search.result === "done",
    // Days are meant whole, in the time of who asks.
    date_from: search.from && new Date(`${search.from}T00:00:00`).toISOString(),
    date_to: search.to && new Date(`${search.to}T23:59:59`).toISOString(),
  };
}
