import type { paths } from "./schema";

// Types of requests and answers, read off the server's API description. None is written by hand.

type V2 = "/api/v2";
type Method = "get" | "post" | "put" | "patch" | "delete";

type WithMethod<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, infer O> ? (O extends object ? P : never) : never;
}[keyof paths];

export type PathOf<M extends Method> =
  WithMethod<M> extends infer P ? (P extends `${V2}${infer Rest}` ? Rest : never) : never;

type Operation<M extends Method, P extends string> = `${V2}${P}` extends keyof paths
  ? paths[`${V2}${P}`] extends Record<M, infer O>
    ? O
    : never
  : never;

type Answer<O> = O extends { responses: infer R }
  ? R extends { 200: { content: { "application/json": infer T } } }
    ? T
    : R extends { 201: { content: { "application/json": infer T } } }
      ? T
      : R extends { 202: { content: { "application/json": infer T } } }
        ? T
        : undefined
  : never;

/** The whole envelope: data, message, meta. */
export type Envelope<M extends Method, P extends PathOf<M>> = Answer<Operation<M, P>>;

/** What the envelope carries. */
export type Data<M extends Method, P extends PathOf<M>> =
  Envelope<M, P> extends { data: infer D }
    ? D
    : Envelope<M, P> extends { data?: infer D }
      ? D
      : undefined;

export type Body<M extends Method, P extends PathOf<M>> =
  Operation<M, P> extends { requestBody?: infer R }
    ? NonNullable<R> extends { content: { "application/json": infer B } }
      ? B
      : undefined
    : undefined;

export type Query<M extends Method, P extends PathOf<M>> =
  Operation<M, P> extends { parameters: { query?: infer Q } } ? NonNullable<Q> : never;

/** Path parameters in the order of the template, as strings or numbers. */
export type PathValues = Record<string, string | number>;

export type Certificate = Data<"get", "/certificates">[number];
export type CertificateDetail = Data<"get", "/certificates/{cert_id}">;
export type Authority = Data<"get", "/cas">[number];
export type AuthorityNode = Data<"get", "/cas/tree">[number];
export type Crl = Data<"get", "/crl">[number];
export type AuditEntry = Data<"get", "/audit/logs">[number];
export type Verified = Data<"get", "/auth/verify">;
export type AcmeOrder = Data<"get", "/acme/orders">[number];
export type AcmeAccount = Data<"get", "/acme/accounts">[number];
export type AttentionItem = Data<"get", "/dashboard/attention">["items"][number];
export type Bucket = Data<"get", "/dashboard/expiry-histogram">["buckets"][number];
export type User = Data<"get", "/users">[number];
export type ApiKey = Data<"get", "/account/apikeys">[number];
export type Reason = NonNullable<Certificate["revoke_reason"]>;
export type EabCredential = Data<"get", "/acme/eab-credentials">[number];
export type Group = Data<"get", "/groups">[number];
export type Template = Data<"get", "/templates">[number];
export type Passkey = Data<"get", "/account/webauthn/credentials">[number];
export type CertificateRequest = Data<"get", "/csrs">[number];
