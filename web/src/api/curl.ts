import { base, fillPath, queryString } from "./client";
import type { PathValues } from "./types";

interface Request {
  method: string;
  path: string;
  values?: PathValues;
  query?: object;
  body?: unknown;
}

/** The same request as a line for a shell; the key stays out of it. */
export function asCurl(request: Request, origin = window.location.origin) {
  const url = origin + base + fillPath(request.path, request.values) + queryString(request.query);
  const parts = ["curl --cacert certwright-root.pem", '-H "X-API-Key: $CERTWRIGHT_API_KEY"'];
  if (request.method !== "GET") parts.push(`-X ${request.method}`);
  if (request.body !== undefined) {
    parts.push("-H 'Content-Type: application/json'", `-d ${quote(JSON.stringify(request.body))}`);
  }
  parts.push(quote(url));
  return parts.join(" \\\n  ");
}

function quote(text: string) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
