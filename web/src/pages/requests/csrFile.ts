import type { ChosenFile } from "../../components/FileArea";

/** A binary request as PEM (RFC 7468): the API takes text. */
export function derToPem(bytes: Uint8Array, label = "CERTIFICATE REQUEST") {
  const lines = toBase64(bytes).match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

export function toBase64(bytes: Uint8Array) {
  // In pieces: a call takes only so many arguments.
  let binary = "";
  for (let at = 0; at < bytes.length; at += 8192) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(binary);
}

/** What was pasted, dropped or chosen, as PEM. */
export function requestText(text: string, file: ChosenFile | undefined) {
  return file ? derToPem(file.bytes) : text.trim();
}
