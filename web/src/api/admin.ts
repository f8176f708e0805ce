import { fillPath, queryString, send } from "./client";
import type { paths } from "./schema";
import type { PathValues } from "./types";

// The administration of the ACME server lies under /api. It takes the console's session as well, and
// answers bare JSON, without an envelope.

type Method = "get" | "post" | "put" | "delete";
type Full<P extends string> = `/api${P}`;

type Operation<M extends Method, P extends string> =
  Full<P> extends keyof paths ? (paths[Full<P>] extends Record<M, infer O> ? O : never) : never;

type Paths<M extends Method> = {
  [P in keyof paths]: P extends `/api/v2/${string}`
    ? never
    : P extends `/api${infer Rest}`
      ? paths[P] extends Record<M, object>
        ? Rest
        : never
      : never;
}[keyof paths];

type Content<R> = R extends { content: { "application/json": infer T } } ? T : undefined;

export type AdminData<M extends Method, P extends Paths<M>> =
  Operation<M, P> extends { responses: infer R }
    ? R extends { 200: infer A }
      ? Content<A>
      : R extends { 201: infer A }
        ? Content<A>
        : undefined
    : undefined;

type Body<M extends Method, P extends Paths<M>> =
  Operation<M, P> extends { requestBody?: infer R } ? Content<NonNullable<R>> : undefined;

interface Options<B> {
  path?: PathValues;
  query?: Record<string, string | number | undefined>;
  body?: B;
}

async function call(method: string, template: string, options: Options<unknown> = {}) {
  const url = `/api${fillPath(template, options.path)}${queryString(options.query)}`;
  const answer = await send(method, url, options.body);
  const text = await answer.text();
  return text ? (JSON.parse(text) as unknown) : undefined;
}

export const admin = {
  get: <P extends Paths<"get">>(path: P, options?: Options<never>) =>
    call("GET", path, options) as Promise<AdminData<"get", P>>,
  post: <P extends Paths<"post">>(path: P, options?: Options<Body<"post", P>>) =>
    call("POST", path, options) as Promise<AdminData<"post", P>>,
  put: <P extends Paths<"put">>(path: P, options?: Options<Body<"put", P>>) =>
    call("PUT", path, options) as Promise<AdminData<"put", P>>,
  delete: <P extends Paths<"delete">>(path: P, options?: Options<never>) =>
    call("DELETE", path, options) as Promise<AdminData<"delete", P>>,
};

const kinds = { account: 2, credential: 3, allowedName: 4, profile: 5 } as const;

/** Ids there are UUIDs (RFC 9562, 5.8) which hold what they name, and the number it has elsewhere. */
export function uidOf(kind: keyof typeof kinds, id: number) {
  const digits = id.toString(16).padStart(15, "0");
  const of = kinds[kind].toString(16).padStart(3, "0");
  return `63657274-7772-8${of}-8${digits.slice(0, 3)}-${digits.slice(3)}`;
}

export function numberOfUid(uid: string) {
  return parseInt(uid.slice(20, 23) + uid.slice(24), 16);
}
