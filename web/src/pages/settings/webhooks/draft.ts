import type { Body } from "../../../api";
import type { Webhook } from "./queries";

export type Changes = NonNullable<Body<"put", "/webhooks/{webhook_id}">>;

export const authTypes = ["none", "bearer", "basic", "api_key", "custom"] as const;
export type AuthType = (typeof authTypes)[number];

/** A webhook as it is typed. What the server keeps secret is empty unless it is given anew. */
export interface WebhookDraft {
  name: string;
  url: string;
  all: boolean;
  events: string[];
  authorities: number[];
  signing: "make" | "own" | "none";
  secret: string;
  auth: AuthType;
  token: string;
  username: string;
  header: string;
  headers: string;
  dropHeaders: boolean;
  trust: string;
}

export function draftOf(webhook: Webhook | undefined): WebhookDraft {
  return {
    name: webhook?.name ?? "",
    url: webhook?.url ?? "",
    all: webhook?.events.includes("*") ?? true,
    events: webhook?.events.filter((one) => one !== "*") ?? [],
    authorities: webhook?.ca_filter ?? [],
    signing: "make",
    secret: "",
    auth: authTypes.find((one) => one === webhook?.auth_type) ?? "none",
    token: "",
    username: webhook?.auth_username ?? "",
    header: webhook?.auth_header_name ?? "",
    headers: "",
    dropHeaders: false,
    trust: webhook?.ca_certificate ?? "",
  };
}

/** "Name: value" on each line; nothing when a line is something else. */
export function headersOf(text: string): Record<string, string> | undefined {
  const headers: Record<string, string> = {};
  for (const line of text.split("\n").filter((one) => one.trim())) {
    const [, name, value] = /^\s*([^\s:]+)\s*:\s*(.*?)\s*$/.exec(line) ?? [];
    if (!name || value === undefined) return undefined;
    headers[name] = value;
  }
  return headers;
}

/** Only what was changed: what is left out stays, secrets among it. */
export function changesOf(draft: WebhookDraft, before: WebhookDraft): Changes {
  const changed = (name: keyof WebhookDraft) =>
    JSON.stringify(draft[name]) !== JSON.stringify(before[name]);
  return {
    ...(changed("name") ? { name: draft.name.trim() } : {}),
    ...(changed("url") ? { url: draft.url.trim() } : {}),
    ...(changed("all") || changed("events") ? { events: draft.all ? ["*"] : draft.events } : {}),
    ...(changed("authorities") ? { ca_filter: draft.authorities } : {}),
    ...(draft.secret ? { secret: draft.secret } : {}),
    ...(changed("auth") ? { auth_type: draft.auth } : {}),
    ...(draft.token ? { auth_token: draft.token } : {}),
    ...(changed("username") ? { auth_username: draft.username.trim() } : {}),
    ...(changed("header") ? { auth_header_name: draft.header.trim() } : {}),
    ...(draft.dropHeaders
      ? { custom_headers: {} }
      : draft.headers.trim()
        ? { custom_headers: headersOf(draft.headers) ?? {} }
        : {}),
    ...(changed("trust") ? { ca_certificate: draft.trust.trim() } : {}),
  };
}

/** 256 random bits; made here so that webhook and secret come to be in one call. */
export function newSecret() {
  const octets = crypto.getRandomValues(new Uint8Array(32));
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join("");
}
