import { readTag } from "../../components/tag";

// What the list shows is said by its address: /certificates?status=expiring&source=acme&before=14d
// The query bar is another way to write the same.

export const statuses = ["valid", "expiring", "expired", "revoked"] as const;
export type Status = (typeof statuses)[number];
export const sources = ["acme", "manual", "csr", "import", "system"] as const;
export type Source = (typeof sources)[number];
export const sortKeys = ["created_at", "valid_to", "common_name"] as const;
export type SortKey = (typeof sortKeys)[number];

export interface CertificateSearch {
  q?: string;
  status?: Status[];
  source?: Source;
  ca?: number;
  /** Any of them. */
  tag?: string[];
  /** Valid to before this day: "2026-12-01", or "14d" from now. */
  before?: string;
  after?: string;
  /** "valid_to" or "-valid_to"; newest first when absent. */
  sort?: string;
  page?: number;
  tab?: string;
}

const isOneOf = <T extends string>(all: readonly T[], value: string): value is T =>
  (all as readonly string[]).includes(value);

const text = (value: unknown) => (value === undefined || value === null ? "" : String(value));

/** From the address; anything unknown is dropped rather than sent on. */
export function readSearch(raw: Record<string, unknown>): CertificateSearch {
  const search: CertificateSearch = {};
  const q = text(raw.q).trim();
  if (q) search.q = q;
  const status = text(raw.status)
    .split(",")
    .filter((s) => isOneOf(statuses, s)) as Status[];
  if (status.length > 0) search.status = status;
  const source = text(raw.source);
  if (isOneOf(sources, source)) search.source = source;
  const ca = Number(text(raw.ca));
  if (Number.isInteger(ca) && ca > 0) search.ca = ca;
  const tag = readTags(text(raw.tag));
  if (tag.length > 0) search.tag = tag;
  if (isWhen(text(raw.before))) search.before = text(raw.before);
  if (isWhen(text(raw.after))) search.after = text(raw.after);
  const sort = text(raw.sort);
  if (isOneOf(sortKeys, sort.replace(/^-/, ""))) search.sort = sort;
  const page = Number(text(raw.page));
  if (Number.isInteger(page) && page > 1) search.page = page;
  const tab = text(raw.tab);
  if (/^[a-z]+$/.test(tab)) search.tab = tab;
  return search;
}

/** Tags with commas between them. */
function readTags(value: string) {
  return value.split(",").flatMap((one) => readTag(one) ?? []);
}

function isWhen(value: string) {
  return (
    /^-?\d{1,5}d$/.test(value) ||
    (/^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value)))
  );
}

/** "14d" becomes the moment that lies 14 days ahead. */
export function resolveWhen(value: string | undefined, now = Date.now()) {
  if (!value) return undefined;
  const days = /^(-?\d+)d$/.exec(value);
  // Cut to the minute: the same question within a minute has the same answer in the cache.
  const moment = days
    ? Math.floor(now / 60_000) * 60_000 + Number(days[1]) * 86_400_000
    : Date.parse(value);
  return new Date(moment).toISOString().replace(".000Z", "Z");
}

const wordsForStatus: Record<string, Status> = {
  active: "valid",
  valid: "valid",
  due: "expiring",
  expiring: "expiring",
  expired: "expired",
  revoked: "revoked",
};

/** Takes filters out of typed text: "web status:due expires<14d" leaves "web". */
export function readQuery(typed: string): { rest: string; found: Partial<CertificateSearch> } {
  const found: Partial<CertificateSearch> = {};
  // What is in quotes may have spaces: tag:"web shop".
  const tokens = typed.match(/\w+:"[^"]*"|\S+/g) ?? [];
  const rest = tokens.filter((token) => {
    const status = /^(?:status|state|is):(\w+)$/i.exec(token)?.[1]?.toLowerCase();
    if (status && wordsForStatus[status]) {
      found.status = [...(found.status ?? []), wordsForStatus[status]];
      return false;
    }
    const source = /^(?:source|from):(\w+)$/i.exec(token)?.[1]?.toLowerCase();
    if (source && isOneOf(sources, source)) {
      found.source = source;
      return false;
    }
    const tags = readTags(/^tag:"?([^"]+)"?$/i.exec(token)?.[1] ?? "");
    if (tags.length > 0) {
      found.tag = [...(found.tag ?? []), ...tags];
      return false;
    }
    const expires = /^expires([<>])(.+)$/i.exec(token);
    if (expires?.[2] && isWhen(expires[2])) {
      found[expires[1] === "<" ? "before" : "after"] = expires[2];
      return false;
    }
    return true;
  });
  return { rest: rest.join(" "), found };
}

/** Adds what was typed to what already filters. */
export function mergeSearch(
  search: CertificateSearch,
  found: Partial<CertificateSearch>,
): CertificateSearch {
  const status = [...new Set([...(search.status ?? []), ...(found.status ?? [])])];
  const tag = [...new Set([...(search.tag ?? []), ...(found.tag ?? [])])];
  return {
    ...search,
    ...found,
    ...(status.length > 0 ? { status } : {}),
    ...(tag.length > 0 ? { tag } : {}),
  };
}

/** The query of the REST API for what the address says. */
export function toApiQuery(search: CertificateSearch, perPage: number, now = Date.now()) {
  const sort = search.sort ?? "-created_at";
  return {
    page: search.page ?? 1,
    per_page: perPage,
    search: search.q,
    status: search.status,
    source: search.source && [search.source],
    ca_id: search.ca,
    tag: search.tag,
    expires_before: resolveWhen(search.before, now),
    expires_after: resolveWhen(search.after, now),
    sort_by: sort.replace(/^-/, "") as SortKey,
    sort_order: sort.startsWith("-") ? "desc" : "asc",
  };
}

/** The same filters, as what is done to all that match takes them. */
export function toApiFilter(search: CertificateSearch, now = Date.now()) {
  const filter = {
    search: search.q,
    status: search.status,
    source: search.source && [search.source],
    ca_id: search.ca,
    tag: search.tag,
    expires_before: resolveWhen(search.before, now),
    expires_after: resolveWhen(search.after, now),
  };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

export function isFiltered(search: CertificateSearch) {
  return Boolean(
    search.q ??
    search.status ??
    search.source ??
    search.ca ??
    search.tag ??
    search.before ??
    search.after,
  );
}
