import { covers, isWithinRestriction } from "../../auth/permissions";

// Permissions as a grid: what may be done, to what.

export const verbs = ["read", "write", "delete", "admin"] as const;
export type Verb = (typeof verbs)[number];

export const resources = [
  "certificates",
  "user_certificates",
  "private_keys",
  "cas",
  "csrs",
  "templates",
  "truststore",
  "crl",
  "acme",
  "scep",
  "est",
  "hsm",
  "policies",
  "approvals",
  "audit",
  "settings",
  "users",
  "groups",
  "system",
  "sso",
] as const;

export interface GridRow {
  resource: string;
  /** Only what exists can be granted. */
  verbs: ReadonlySet<string>;
}

/** The rows of the grid, in the order in which people look for them. */
export function gridRows(permissions: readonly string[]): GridRow[] {
  const rows = new Map<string, Set<string>>();
  for (const permission of permissions) {
    const [verb = "", resource = ""] = permission.split(":");
    if (!resource || resource === "*") continue;
    rows.set(resource, (rows.get(resource) ?? new Set()).add(verb));
  }
  const rank = (name: string) => {
    const at = (resources as readonly string[]).indexOf(name);
    return at < 0 ? resources.length : at;
  };
  return [...rows]
    .map(([resource, found]) => ({ resource, verbs: found }))
    .sort((a, b) => rank(a.resource) - rank(b.resource));
}

/** What a group or a role of one's own may be given: nothing that administers. */
export function grantable(permissions: readonly string[]) {
  return permissions.filter((one) => one !== "*" && !one.startsWith("admin:"));
}

/** Which of all rights there are in the end: some are of no use to who is restricted. */
export function inEffect(all: readonly string[], granted: readonly string[], restricted: boolean) {
  return all.filter((one) => covers(granted, one) && (!restricted || isWithinRestriction(one)));
}
