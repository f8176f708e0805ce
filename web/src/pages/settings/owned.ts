import type { Data } from "../../api";

export type Owned = Data<"get", "/users/{user_id}/owned">;

const kinds = [
  "certificates",
  "requests",
  "authorities",
  "authority_requests",
  "templates",
  "eab_credentials",
  "domains",
  "allowed_identifiers",
  "csr_profiles",
] as const satisfies readonly (keyof Owned)[];

/** What several users own together, kind by kind, without those of which there is none. */
export function together(several: readonly Owned[]) {
  return kinds
    .map((kind) => ({ kind, count: several.reduce((sum, one) => sum + one[kind], 0) }))
    .filter(({ count }) => count > 0);
}
