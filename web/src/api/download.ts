import { base, queryString, send } from "./client";

/** Saves what a request answers as a file: secrets travel in the body, never in an address. */
export async function downloadPost(path: string, body: unknown, fileName: string) {
  const answer = await send("POST", base + path, body);
  saveBlob(await answer.blob(), fileName);
}

/** The same for what is asked without a body. */
export async function downloadGet(path: string, query: object, fileName: string) {
  const answer = await send("GET", base + path + queryString(query));
  saveBlob(await answer.blob(), fileName);
}

export function saveText(text: string, fileName: string) {
  saveBlob(new Blob([text], { type: "application/x-pem-file" }), fileName);
}

function saveBlob(blob: Blob, fileName: string) {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** A name for a file that every system accepts. */
export function fileStem(name: string) {
  return name.replace(/^\*\./, "wildcard.").replace(/[^\w.-]+/g, "_") || "certificate";
}
