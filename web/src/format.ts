import { currentLocale } from "./i18n";

type When = string | Date | null | undefined;

const day = 86_400_000;
const cache = new Map<string, Intl.DateTimeFormat>();

function formatter(options: Intl.DateTimeFormatOptions) {
  const id = currentLocale() + JSON.stringify(options);
  let found = cache.get(id);
  if (!found) cache.set(id, (found = new Intl.DateTimeFormat(currentLocale(), options)));
  return found;
}

function toDate(when: When): Date | undefined {
  if (!when) return undefined;
  const date = typeof when === "string" ? new Date(when) : when;
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** "3 Dec 2026": the year is always there, a certificate may live for decades. */
export function formatDay(when: When) {
  const date = toDate(when);
  return date ? formatter({ day: "numeric", month: "short", year: "numeric" }).format(date) : "–";
}

/** "3 Dec": where the year goes without saying. */
export function formatShortDay(when: When) {
  const date = toDate(when);
  return date ? formatter({ day: "numeric", month: "short" }).format(date) : "–";
}

export function formatTime(when: When) {
  const date = toDate(when);
  return date ? formatter({ hour: "2-digit", minute: "2-digit" }).format(date) : "–";
}

export function formatMoment(when: When) {
  const date = toDate(when);
  return date ? formatter({ dateStyle: "medium", timeStyle: "short" }).format(date) : "–";
}

/** The whole moment in UTC, for tooltips: "2026-12-03 14:05:00 UTC". */
export function formatUtc(when: When) {
  const date = toDate(when);
  return date ? `${date.toISOString().slice(0, 19).replace("T", " ")} UTC` : "";
}

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 365 * day],
  ["month", 30 * day],
  ["day", day],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** "in 12 days", "3 hours ago", "yesterday". */
export function formatRelative(when: When, now = Date.now(), locale = currentLocale()) {
  const date = toDate(when);
  if (!date) return "–";
  const distance = date.getTime() - now;
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "long" });
  for (const [unit, size] of units) {
    if (Math.abs(distance) >= size) return relative.format(Math.trunc(distance / size), unit);
  }
  return relative.format(0, "second");
}

export function formatNumber(value: number | undefined, locale = currentLocale()) {
  return value === undefined ? "–" : new Intl.NumberFormat(locale).format(value);
}

/** "A, B or C" */
export function formatChoice(names: string[], locale = currentLocale()) {
  return new Intl.ListFormat(locale, { type: "disjunction" }).format(names);
}

export function daysUntil(when: When, now = Date.now()) {
  const date = toDate(when);
  return date ? Math.floor((date.getTime() - now) / day) : 0;
}

/** Identifiers keep their start and end: "4f9a01c2…77be". */
export function shorten(text: string, head = 8, tail = 6) {
  return text.length <= head + tail + 1 ? text : `${text.slice(0, head)}…${text.slice(-tail)}`;
}

/** "AB:CD:…" as OpenSSL prints a fingerprint, whatever way it came. */
export function colons(fingerprint: string | null | undefined) {
  const hex = (fingerprint ?? "").replace(/[^0-9a-fA-F]/g, "").toUpperCase();
  return hex.match(/../g)?.join(":") ?? "";
}

/** "EC secp384r1" is what the standard calls it; people say "P-384". */
export function formatKey(keyType: string | null | undefined) {
  const names: Record<string, string> = {
    secp256r1: "P-256",
    prime256v1: "P-256",
    secp384r1: "P-384",
    secp521r1: "P-521",
  };
  return (keyType ?? "–").replace(/secp\d+r1|prime256v1/g, (name) => names[name] ?? name);
}

export function formatDuration(seconds: number, locale = currentLocale()) {
  const [unit, size] =
    seconds >= 172_800
      ? (["day", 86_400] as const)
      : seconds >= 7_200
        ? (["hour", 3_600] as const)
        : (["minute", 60] as const);
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" }).format(
    Math.floor(seconds / size),
  );
}

export function formatBytes(bytes: number, locale = currentLocale()) {
  const [unit, size] =
    bytes >= 1_000_000 ? (["megabyte", 1e6] as const) : (["kilobyte", 1e3] as const);
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit,
    maximumFractionDigits: bytes / size < 10 ? 1 : 0,
  }).format(bytes / size);
}
