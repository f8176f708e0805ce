import type { Body, Template } from "../../api";
import { readDays } from "../certificates/issueForm";

// What the form of a template holds, and the rules that are sent for it.

export const keyUsages = [
  "digitalSignature",
  "nonRepudiation",
  "keyEncipherment",
  "dataEncipherment",
  "keyAgreement",
  "keyCertSign",
  "cRLSign",
] as const;
export const purposes = [
  "serverAuth",
  "clientAuth",
  "codeSigning",
  "emailProtection",
  "timeStamping",
  "OCSPSigning",
] as const;
export const nameTypes = ["dns", "ip", "email", "uri", "upn", "rid"] as const;
export const keyKinds = [
  "EC-P256",
  "EC-P384",
  "EC-P521",
  "RSA-2048",
  "RSA-3072",
  "RSA-4096",
  "Ed25519",
] as const;
export const stapleRules = ["forbidden", "allowed", "required"] as const;

export interface TemplateForm {
  name: string;
  description: string;
  type: string;
  keyType: string;
  days: string;
  mostDays: string;
  keyUsage: string[];
  purposes: string[];
  nameTypes: string[];
  nameRequired: boolean;
  staple: (typeof stapleRules)[number];
  organization: string;
  country: string;
  baseline: boolean;
}

export function emptyForm(): TemplateForm {
  return {
    name: "",
    description: "",
    type: "custom",
    keyType: "EC-P256",
    days: "90",
    mostDays: "398",
    keyUsage: ["digitalSignature"],
    purposes: ["serverAuth"],
    nameTypes: ["dns", "ip"],
    nameRequired: true,
    staple: "allowed",
    organization: "",
    country: "",
    baseline: false,
  };
}

export function formOf(template: Template): TemplateForm {
  const rules = template.extensions_template;
  return {
    name: template.name,
    description: template.description,
    type: template.template_type,
    keyType: template.key_type,
    days: template.validity_days ? String(template.validity_days) : "",
    mostDays: String(template.max_validity_days),
    keyUsage: template.key_usage,
    purposes: template.extended_key_usage,
    nameTypes: rules.san_types,
    nameRequired: rules.san_required,
    staple: rules.must_staple,
    organization: template.dn_template.organization ?? "",
    country: template.dn_template.country ?? "",
    baseline: template.baseline_requirements,
  };
}

/** What is wrong before the server is asked. */
export function formProblems(form: TemplateForm) {
  const most = readDays(form.mostDays);
  const days = form.days.trim() === "" ? undefined : readDays(form.days);
  return {
    name: form.name.trim() === "",
    days:
      (form.days.trim() !== "" && days === undefined) ||
      (days !== undefined && most !== undefined && days > most),
    mostDays: most === undefined,
    country: form.country.trim() !== "" && !/^[a-z]{2}$/i.test(form.country.trim()),
  };
}

/** The body of the request. */
export function rulesOf(form: TemplateForm): Body<"post", "/templates"> {
  const days = readDays(form.days);
  const most = readDays(form.mostDays);
  return {
    name: form.name.trim(),
    description: form.description.trim(),
    template_type: form.type,
    key_type: form.keyType,
    ...(days === undefined ? {} : { validity_days: days }),
    ...(most === undefined ? {} : { max_validity_days: most }),
    dn_template: {
      ...(form.organization.trim() ? { organization: form.organization.trim() } : {}),
      ...(form.country.trim() ? { country: form.country.trim().toUpperCase() } : {}),
    },
    extensions_template: {
      key_usage: form.keyUsage,
      extended_key_usage: form.purposes,
      san_types: form.nameTypes,
      san_required: form.nameRequired,
      must_staple: form.staple,
    },
    baseline_requirements: form.baseline,
  } as Body<"post", "/templates">;
}

/** "EC-P256", the contract's way, as the rest of the console and the API of orders write it. */
export function plainKeyType(keyType: string) {
  const text = keyType.replace(/^(RSA|EC)-/, "$1 ");
  return text.replace(/^EC P(\d+)$/, "EC P-$1");
}
