// What is typed into the form, and what is sent for it.

export const keyTypes = ["EC P-256", "EC P-384", "RSA 2048", "RSA 3072", "RSA 4096", "Ed25519"];
export const uses = ["server", "client", "combined"] as const;

/** A whole number of days between 1 and 100 years. */
export function readDays(text: string) {
  const days = Number(text.trim());
  return /^\d{1,5}$/.test(text.trim()) && days >= 1 && days <= 36_500 ? days : undefined;
}

const label = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/i;

function isDnsName(name: string) {
  const labels = name.replace(/^\*\./, "").replace(/\.$/, "").split(".");
  return (
    name.length <= 253 && labels.every((part) => label.test(part) || /^[^\s\p{ASCII}]/u.test(part))
  );
}

function isIpv4(text: string) {
  const parts = text.split(".");
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}

function isIpv6(text: string) {
  return /^[0-9a-f:.]+$/i.test(text) && text.split(":").length >= 3;
}

/** "dns:…", "ip:…", "email:…" or "uri:…", by the look of it; undefined when it looks like none. */
export function classifyName(name: string): string | undefined {
  if (isIpv4(name) || isIpv6(name)) return `ip:${name}`;
  if (/^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(name)) return `uri:${name}`;
  if (/^[^\s@]+@[^\s@]+$/.test(name)) return `email:${name}`;
  return isDnsName(name) && !/^[\d.]+$/.test(name) ? `dns:${name}` : undefined;
}

/** Names as people paste them: one per line, or parted by commas or spaces. */
export function readNames(text: string) {
  const names = [...new Set(text.split(/[\s,;]+/).filter(Boolean))];
  return {
    names,
    sans: names.map(classifyName).filter((san) => san !== undefined),
    wrong: names.filter((name) => classifyName(name) === undefined),
  };
}

/** The first name, unless it is longer than a common name may be (RFC 5280, A.1: 64); then there is none. */
export function commonName(names: string[]) {
  const first = names[0];
  return first !== undefined && first.length <= 64 ? { common_name: first } : {};
}

export function looksLikeCsr(text: string) {
  return /-----BEGIN (NEW )?CERTIFICATE REQUEST-----[\s\S]+-----END (NEW )?CERTIFICATE REQUEST-----/.test(
    text,
  );
}
