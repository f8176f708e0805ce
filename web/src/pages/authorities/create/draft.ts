import type { Body } from "../../../api";
import { keyFields } from "../keys";
import { kinds, type Kind } from "./kinds";

// What the wizard holds, what is wrong with it, and the request that it makes.

export const steps = [
  "kind",
  "subject",
  "key",
  "validity",
  "limits",
  "addresses",
  "review",
] as const;
export type Step = (typeof steps)[number];

export interface Draft {
  kind: Kind;
  parent: string;
  name: string;
  organization: string;
  unit: string;
  country: string;
  state: string;
  locality: string;
  key: string;
  digest: string;
  years: string;
  pathLength: string;
  purposes: string[];
  permitted: string;
  excluded: string;
  policies: string;
  requireExplicit: string;
  inhibitMapping: string;
  inhibitAny: string;
  crlUrls: string;
  ocspUrls: string;
  issuerUrls: string;
  repositories: string;
  cpsOid: string;
  cpsUri: string;
}

export function emptyDraft(kind: Kind): Draft {
  return {
    kind,
    parent: "",
    name: "",
    organization: "",
    unit: "",
    country: "",
    state: "",
    locality: "",
    key: kind === "root" ? "P-384" : "P-256",
    digest: "",
    years: kind === "root" ? "20" : "5",
    pathLength: kind === "root" ? "" : "0",
    purposes: [],
    permitted: "",
    excluded: "",
    policies: "",
    requireExplicit: "",
    inhibitMapping: "",
    inhibitAny: "",
    crlUrls: "",
    ocspUrls: "",
    issuerUrls: "",
    repositories: "",
    cpsOid: "",
    cpsUri: "",
  };
}

/** Another kind has other usual values; what was typed stays. */
export function withKind(draft: Draft, kind: Kind): Draft {
  const before = emptyDraft(draft.kind);
  const usual = emptyDraft(kind);
  const kept = (name: "key" | "years" | "pathLength") =>
    draft[name] === before[name] ? usual[name] : draft[name];
  return { ...draft, kind, key: kept("key"), years: kept("years"), pathLength: kept("pathLength") };
}

/** Who signs elsewhere decides how long it is valid, and where its own list is. */
export function stepsOf(kind: Kind) {
  return steps.filter(
    (step) => kind !== "elsewhere" || (step !== "validity" && step !== "addresses"),
  );
}

export const lines = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

/** "1.3.6.1.4.1.1.1 https://example.com/cps" of each line. */
export function policiesOf(text: string) {
  return lines(text).map((line) => {
    const [oid = "", cps = ""] = line.split(/\s+/);
    return { oid, cps };
  });
}

const isOid = (text: string) => /^[0-2](\.(0|[1-9]\d*))+$/.test(text);
const isCount = (text: string) => text === "" || /^\d{1,2}$/.test(text);
const isWeb = (text: string) => /^(https?|ldaps?):\/\/[^\s/]+/.test(text);

export function yearsOf(draft: Draft) {
  const years = Number(draft.years);
  return /^\d{1,2}$/.test(draft.years.trim()) && years >= 1 && years <= 50 ? years : undefined;
}

/** The fields that are wrong before the server is asked, each with the step that it is on. */
export function problemsOf(draft: Draft, parentEnds?: string, now = Date.now()) {
  const wrong: [keyof Draft, Step][] = [];
  const must = (right: boolean, field: keyof Draft, step: Step) => {
    if (!right) wrong.push([field, step]);
  };
  must(draft.name.trim() !== "", "name", "subject");
  must(draft.country === "" || /^[A-Za-z]{2}$/.test(draft.country), "country", "subject");
  if (draft.kind !== "elsewhere") {
    const years = yearsOf(draft);
    // RFC 5280, 6.1: a chain ends with its first certificate to expire.
    const outlives =
      draft.kind === "intermediate" &&
      parentEnds !== undefined &&
      now + (years ?? 0) * 365.25 * 86_400_000 > Date.parse(parentEnds);
    must(years !== undefined && !outlives, "years", "validity");
    for (const field of ["crlUrls", "ocspUrls", "issuerUrls", "repositories"] as const)
      must(lines(draft[field]).every(isWeb), field, "addresses");
    must(draft.cpsOid === "" || isOid(draft.cpsOid.trim()), "cpsOid", "addresses");
    must(draft.cpsUri === "" || isWeb(draft.cpsUri.trim()), "cpsUri", "addresses");
  }
  must(
    policiesOf(draft.policies).every(({ oid, cps }) => isOid(oid) && (cps === "" || isWeb(cps))),
    "policies",
    "limits",
  );
  for (const field of ["requireExplicit", "inhibitMapping", "inhibitAny"] as const)
    must(isCount(draft[field].trim()), field, "limits");
  return wrong;
}

/** The step on which a field of the API is filled in. */
export const stepOfField: Record<string, Step> = {
  ca_type: "kind",
  parent_id: "kind",
  name: "subject",
  common_name: "subject",
  organization: "subject",
  organizational_unit: "subject",
  country: "subject",
  state: "subject",
  locality: "subject",
  key_algorithm: "key",
  key_size: "key",
  digest: "key",
  validity_years: "validity",
  path_length: "limits",
  extended_key_usage: "limits",
  name_constraints_permitted: "limits",
  name_constraints_excluded: "limits",
  policies: "limits",
  policy_constraints_require: "limits",
  policy_constraints_inhibit: "limits",
  inhibit_any_policy: "limits",
  cdp_urls: "addresses",
  ocsp_urls: "addresses",
  aia_ca_issuers_urls: "addresses",
  sia_urls: "addresses",
  cps_oid: "addresses",
  cps_uri: "addresses",
};

type Request = Body<"post", "/cas">;

/** Only what was said: the rest is the server's to choose. */
export function bodyOf(draft: Draft, parentId?: number): Request {
  const text = (name: string, value: string) => (value.trim() ? { [name]: value.trim() } : {});
  const list = (name: string, value: string) =>
    lines(value).length > 0 ? { [name]: lines(value) } : {};
  const count = (name: string, value: string) =>
    value.trim() !== "" ? { [name]: Number(value) } : {};
  const years = yearsOf(draft);
  const here = draft.kind !== "elsewhere";
  const policies = policiesOf(draft.policies);
  return {
    common_name: draft.name.trim(),
    ...(here ? { ca_type: draft.kind } : {}),
    ...(draft.kind === "intermediate" && parentId !== undefined ? { parent_id: parentId } : {}),
    ...text("organization", draft.organization),
    ...text("organizational_unit", draft.unit),
    ...text("country", draft.country.toUpperCase()),
    ...text("state", draft.state),
    ...text("locality", draft.locality),
    ...keyFields(draft.key),
    ...text("digest", draft.digest),
    ...count("path_length", draft.pathLength),
    ...(draft.purposes.length > 0 ? { extended_key_usage: draft.purposes } : {}),
    ...list("name_constraints_permitted", draft.permitted),
    ...list("name_constraints_excluded", draft.excluded),
    ...(policies.length > 0 ? { policies } : {}),
    ...count("policy_constraints_require", draft.requireExplicit),
    ...count("policy_constraints_inhibit", draft.inhibitMapping),
    ...count("inhibit_any_policy", draft.inhibitAny),
    ...(here
      ? {
          ...(years === undefined ? {} : { validity_years: years }),
          ...list("cdp_urls", draft.crlUrls),
          ...list("ocsp_urls", draft.ocspUrls),
          ...list("aia_ca_issuers_urls", draft.issuerUrls),
          ...list("sia_urls", draft.repositories),
          ...text("cps_oid", draft.cpsOid),
          ...text("cps_uri", draft.cpsUri),
        }
      : {}),
  } as Request;
}

const key = "certwright.draft.authority";

/** A draft survives a reload, in this tab only. */
export function readDraft(kind: Kind): Draft {
  try {
    const saved = JSON.parse(sessionStorage.getItem(key) ?? "") as Partial<Draft>;
    const blank = emptyDraft(saved.kind && kinds.includes(saved.kind) ? saved.kind : kind);
    const fits = (name: string) =>
      typeof saved[name as keyof Draft] === typeof blank[name as keyof Draft];
    const known = Object.fromEntries(
      Object.entries(saved).filter(([name]) => name in blank && fits(name)),
    );
    return withKind({ ...blank, ...known }, kind);
  } catch {
    return emptyDraft(kind);
  }
}

export function keepDraft(draft: Draft | undefined) {
  try {
    if (draft) sessionStorage.setItem(key, JSON.stringify(draft));
    else sessionStorage.removeItem(key);
  } catch {
    // Storage may be forbidden: the draft then lasts as long as the page.
  }
}
