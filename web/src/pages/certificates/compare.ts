import type { CertificateDetail } from "../../api";

// What two certificates are compared by, and where they differ.

export const subjects = [
  "state",
  "subject",
  "names",
  "issuer",
  "valid_from",
  "valid_to",
  "lifetime",
  "key",
  "signature",
  "use",
  "source",
  "template",
  "serial",
  "sha256",
  "ski",
  "aki",
] as const;
export type Subject = (typeof subjects)[number];

const plain: Record<Subject, (one: CertificateDetail) => string[]> = {
  state: (one) => [one.status],
  subject: (one) => [one.subject],
  names: (one) => one.sans.map(({ type, value }) => `${type}:${value}`).sort(),
  issuer: (one) => [one.issuer],
  valid_from: (one) => [one.valid_from],
  valid_to: (one) => [one.valid_to],
  lifetime: (one) => [String(one.lifetime_days)],
  key: (one) => [one.key_type],
  signature: (one) => [one.signature_algorithm],
  use: (one) => [one.cert_type],
  source: (one) => [one.source],
  template: (one) => (one.template_id ? [`${one.template_id}/${one.template_version ?? ""}`] : []),
  serial: (one) => [one.serial_number],
  sha256: (one) => [one.thumbprint_sha256],
  ski: (one) => [one.ski],
  aki: (one) => [one.aki],
};

const same = (left: string[], right: string[]) =>
  left.length === right.length && left.every((value, index) => value === right[index]);

export function differs(subject: Subject, left: CertificateDetail, right: CertificateDetail) {
  return !same(plain[subject](left), plain[subject](right));
}

/** Names that only the first of the two has. */
export function onlyIn(one: CertificateDetail, other: CertificateDetail) {
  const known = new Set(plain.names(other));
  return new Set(plain.names(one).filter((name) => !known.has(name)));
}

type Extension = CertificateDetail["extensions"][number];
export interface ExtensionRow {
  oid: string;
  name: string;
  left: Extension | undefined;
  right: Extension | undefined;
  differs: boolean;
}

/** The extensions of both, in the order of the first. */
export function extensionRows(left: Extension[], right: Extension[]): ExtensionRow[] {
  const oids = [...new Set([...left, ...right].map(({ oid }) => oid))];
  return oids.map((oid) => {
    const a = left.find((one) => one.oid === oid);
    const b = right.find((one) => one.oid === oid);
    return {
      oid,
      name: a?.name ?? b?.name ?? oid,
      left: a,
      right: b,
      differs: a?.value !== b?.value || a?.critical !== b?.critical,
    };
  });
}

/** Two different numbers of the address, or nothing. */
export function readCompareSearch(raw: Record<string, unknown>): { left?: number; right?: number } {
  const id = (value: unknown) => {
    const number = Number(value);
    return Number.isInteger(number) && number > 0 ? number : undefined;
  };
  const left = id(raw.left);
  const right = id(raw.right);
  return { ...(left ? { left } : {}), ...(right ? { right } : {}) };
}
