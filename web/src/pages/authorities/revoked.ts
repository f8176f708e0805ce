import type { Authority, Data } from "../../api";

export type Further = Data<"get", "/cas/{ca_id}/further-certificates">[number];

type Revocable = Pick<Authority, "revoked" | "revoke_reason">;

/** Revoked for a while only (RFC 5280, 5.3.1). */
export function isHeld({ revoked, revoke_reason }: Revocable) {
  return revoked && revoke_reason === "certificateHold";
}

/** Revoked for good: nothing can be changed about it any more. */
export function isGone(certificate: Revocable) {
  return certificate.revoked && !isHeld(certificate);
}

/** Who revokes must be allowed both; the right that is missing is the one to name. */
export function rightToRevoke(can: (right: string) => boolean) {
  return can("write:cas") ? "delete:cas" : "write:cas";
}
