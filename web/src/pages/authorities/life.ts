import type { Authority } from "../../api";
import { daysUntil } from "../../format";

/** An authority takes a year to replace: its window is that long. */
export const authorityWindow = 365;

/** The state of the lifetime only; lists and switches have their own. */
export function lifeStatus(authority: Pick<Authority, "valid_to">) {
  const days = daysUntil(authority.valid_to);
  return days < 0 ? "expired" : days < authorityWindow ? "expiring" : "valid";
}
