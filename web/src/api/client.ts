import { ApiError, NetworkError } from "./errors";
import type { Body, Envelope, PathOf, PathValues, Query } from "./types";

export const base = "/api/v2";

interface Options<B, Q> {
  path?: PathValues;
  query?: { [K in keyof Q]?: Q[K] | undefined };
  body?: B;
  signal?: AbortSignal;
}

let csrfToken: string | undefined;
let onUnauthorized: () => void = () => undefined;

/** The token that comes with sign-in; it goes out with every change. */
export function setCsrfToken(token: string | undefined) {
  csrfToken = token;
}

/** Called when the server no longer knows the session. */
export function whenUnauthorized(handler: () => void) {
  onUnauthorized = handler;
}

export function fillPath(template: string, values: PathValues = {}) {
  return template.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(values[name] ?? ""),
  );
}

export function queryString(query: object = {}) {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === "") continue;
    for (const item of Array.isArray(value) ? value : [value])
      parameters.append(name, String(item));
  }
  const text = parameters.toString();
  return text ? `?${text}` : "";
}

/** One request with session and token; the caller reads the body. */
export async function send(method: string, url: string, body?: unknown, signal?: AbortSignal) {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET" && csrfToken) headers["X-CSRF-Token"] = csrfToken;
  let answer: Response;
  try {
    answer = await fetch(url, {
      method,
      headers,
      credentials: "same-origin",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new NetworkError();
  }
  if (answer.ok) return answer;

  const problem = (await answer.json().catch(() => ({}))) as Record<string, unknown>;
  // A wrong password is the form's business; everything else means that the session ended.
  if (answer.status === 401 && !url.startsWith(`${base}/auth/`)) onUnauthorized();
  throw new ApiError(
    answer.status,
    problem,
    Number(answer.headers.get("Retry-After")) || undefined,
  );
}

async function call(method: string, template: string, options: Options<unknown, object> = {}) {
  const url = base + fillPath(template, options.path) + queryString(options.query);
  const body = method === "GET" || method === "DELETE" ? options.body : (options.body ?? {});
  const answer = await send(method, url, body, options.signal);
  return answer.status === 204 ? undefined : answer.json();
}

export const api = {
  get: <P extends PathOf<"get">>(path: P, options?: Options<never, Query<"get", P>>) =>
    call("GET", path, options) as Promise<Envelope<"get", P>>,
  post: <P extends PathOf<"post">>(path: P, options?: Options<Body<"post", P>, Query<"post", P>>) =>
    call("POST", path, options) as Promise<Envelope<"post", P>>,
  put: <P extends PathOf<"put">>(path: P, options?: Options<Body<"put", P>, Query<"put", P>>) =>
    call("PUT", path, options) as Promise<Envelope<"put", P>>,
  patch: <P extends PathOf<"patch">>(
    path: P,
    options?: Options<Body<"patch", P>, Query<"patch", P>>,
  ) => call("PATCH", path, options) as Promise<Envelope<"patch", P>>,
  delete: <P extends PathOf<"delete">>(path: P, options?: Options<never, Query<"delete", P>>) =>
    call("DELETE", path, options) as Promise<Envelope<"delete", P>>,
};
