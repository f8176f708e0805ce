import type { Body, Data } from "../../api";
import { itemsOf } from "../settings/useDraft";

export type Service = Data<"get", "/acme/services">[number];
export type ServiceProfile = Service["profiles"][number];
export type Changes = NonNullable<Body<"patch", "/acme/services/{name}">>;

export const challengeTypes = [
  "http-01",
  "dns-01",
  "tls-alpn-01",
  "dns-account-01",
  "dns-persist-01",
] as const;

/** A profile as it is typed. */
export interface ProfileDraft {
  key: number;
  name: string;
  description: string;
  hours: string;
  kind: string;
}

export interface ServiceDraft {
  name: string;
  description: string;
  enabled: boolean;
  authority: string;
  challenges: string[];
  eab: boolean;
  approval: boolean;
  days: string;
  allowed: string;
  forbidden: string;
  wildcards: boolean;
  ips: boolean;
  terms: string;
  profiles: ProfileDraft[];
}

/** The form of a service, or of a new one. */
export function draftOf(service: Service | undefined): ServiceDraft {
  return {
    name: service?.name ?? "",
    description: service?.description ?? "",
    enabled: service?.enabled ?? true,
    authority: String(service?.issuing_ca_id ?? 0),
    challenges: service?.challenge_types ?? ["http-01", "dns-01", "tls-alpn-01"],
    eab: service?.eab_required ?? false,
    approval: service?.require_approval ?? false,
    days: String(service?.validity_days ?? 90),
    allowed: service?.allowed_names.join("\n") ?? "",
    forbidden: service?.forbidden_names.join("\n") ?? "",
    wildcards: service?.wildcards_allowed ?? true,
    ips: service?.ips_allowed ?? true,
    terms: service?.terms_of_service ?? "",
    profiles: (service?.profiles ?? []).map((profile, key) => ({
      key,
      name: profile.name,
      description: profile.description,
      hours: profile.validity_hours ? String(profile.validity_hours) : "",
      kind: profile.cert_type ?? "",
    })),
  };
}

/** Only what was changed. */
export function changesOf(draft: ServiceDraft, before: ServiceDraft): Changes {
  const changes: Changes = {};
  const changed = (name: keyof ServiceDraft) =>
    JSON.stringify(draft[name]) !== JSON.stringify(before[name]);
  if (changed("description")) changes.description = draft.description.trim();
  if (changed("enabled")) changes.enabled = draft.enabled;
  if (changed("authority")) changes.issuing_ca_id = Number(draft.authority);
  if (changed("challenges")) changes.challenge_types = draft.challenges;
  if (changed("eab")) changes.eab_required = draft.eab;
  if (changed("approval")) changes.require_approval = draft.approval;
  if (changed("days")) changes.validity_days = Number(draft.days);
  if (changed("allowed")) changes.allowed_names = itemsOf(draft.allowed);
  if (changed("forbidden")) changes.forbidden_names = itemsOf(draft.forbidden);
  if (changed("wildcards")) changes.wildcards_allowed = draft.wildcards;
  if (changed("ips")) changes.ips_allowed = draft.ips;
  if (changed("terms")) changes.terms_of_service = draft.terms.trim();
  if (changed("profiles")) {
    changes.profiles = draft.profiles.map((profile) => ({
      name: profile.name.trim(),
      description: profile.description.trim(),
      validity_hours: profile.hours.trim() ? Number(profile.hours) : null,
      cert_type: profile.kind || null,
    }));
  }
  return changes;
}

/** What of it is a setting of ACME as a whole, when the service is the default one. */
export function generalOf(changes: Changes) {
  const { enabled, validity_days, terms_of_service, require_approval, ...own } = changes;
  const general = { enabled, validity_days, terms_of_service, require_approval };
  return {
    general: Object.fromEntries(
      Object.entries(general).filter(([, value]) => value !== undefined),
    ) as Partial<typeof general>,
    own,
  };
}
