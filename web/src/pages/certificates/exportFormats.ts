// The files that a certificate can be downloaded as, and what each of them takes.

export interface ExportFormat {
  id: "pem" | "chain" | "der" | "pkcs7" | "pkcs12" | "jks" | "key";
  ending: string;
  /** May hold the key, always does, or cannot. */
  key: "may" | "must" | "no";
  password: "may" | "must" | "no";
}

export const exportFormats: readonly ExportFormat[] = [
  { id: "pem", ending: ".pem", key: "may", password: "may" },
  { id: "chain", ending: "-chain.pem", key: "no", password: "no" },
  { id: "der", ending: ".cer", key: "no", password: "no" },
  { id: "pkcs7", ending: ".p7b", key: "no", password: "no" },
  { id: "pkcs12", ending: ".p12", key: "must", password: "must" },
  { id: "jks", ending: ".jks", key: "must", password: "must" },
  { id: "key", ending: ".key", key: "must", password: "may" },
];

export interface ExportChoice {
  format: ExportFormat["id"];
  chain: boolean;
  key: boolean;
  password: string;
  legacy: boolean;
}

export function formatOf(choice: ExportChoice) {
  return exportFormats.find(({ id }) => id === choice.format) ?? (exportFormats[0] as ExportFormat);
}

/** Whether the file that was chosen holds the private key. */
export function holdsKey(choice: ExportChoice) {
  const { key } = formatOf(choice);
  return key === "must" || (key === "may" && choice.key);
}

export function passwordIsShort(choice: ExportChoice) {
  const { password } = formatOf(choice);
  if (password === "no" || !holdsKey(choice)) return false;
  return password === "must" || choice.password !== "" ? choice.password.length < 8 : false;
}

/** The body of the request. */
export function exportBody(choice: ExportChoice) {
  const { id, password } = formatOf(choice);
  const withKey = holdsKey(choice);
  return {
    format: id,
    ...(id === "pem" ? { include_chain: choice.chain, include_key: withKey } : {}),
    ...(withKey && password !== "no" && choice.password ? { password: choice.password } : {}),
    ...(id === "pkcs12" && choice.legacy ? { legacy_encryption: true } : {}),
  };
}
