// The rules of a CSR profile as a form shows them. What no field knows stays as it was.

export type Rules = Record<string, unknown>;

export const listFields = [
  "authorized_signature_algorithms",
  "authorized_key_usages",
  "authorized_extended_key_usages",
  "san_types",
  "depth_base_domains",
] as const;
export const numberFields = [
  "common_name_minimum",
  "common_name_maximum",
  "san_minimum",
  "san_maximum",
  "max_subdomain_depth",
  "renewal_window_days",
] as const;
export const patternFields = ["common_name_regex", "san_regex", "subject_regex"] as const;
export const truthFields = ["wildcard_in_common_name", "wildcard_in_san", "reuse_key"] as const;

export type ListField = (typeof listFields)[number];
export type NumberField = (typeof numberFields)[number];
export type PatternField = (typeof patternFields)[number];
export type TruthField = (typeof truthFields)[number];

export function isRules(value: unknown): value is Rules {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function textOf(rules: Rules, field: string) {
  const value = rules[field];
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

export function listOf(rules: Rules, field: string) {
  const value = rules[field];
  return Array.isArray(value) ? value.filter((one) => typeof one === "string").join("\n") : "";
}

export function keysOf(rules: Rules) {
  const keys = rules.authorized_keys;
  return isRules(keys)
    ? Object.entries(keys)
        .map(([kind, bits]) => `${kind} ${String(bits)}`)
        .join("\n")
    : "";
}

/** "RSA 3072", one per line; nothing when a line is something else. */
export function readKeys(text: string): Record<string, number> | undefined {
  const keys: Record<string, number> = {};
  for (const line of text.split("\n").filter((one) => one.trim())) {
    const found = /^\s*(\S+)\s+(\d{1,5})\s*$/.exec(line);
    if (!found?.[1]) return undefined;
    keys[found[1]] = Number(found[2]);
  }
  return keys;
}

/** The rules with one changed; an empty one is not there at all. */
export function withRule(rules: Rules, field: string, value: unknown): Rules {
  const none = value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
  const others = Object.fromEntries(Object.entries(rules).filter(([name]) => name !== field));
  return none ? others : { ...others, [field]: value };
}
