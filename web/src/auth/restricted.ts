import { useSession } from "./session";

/** Whether the account is restricted to some authorities, templates or tags. */
export function useRestricted() {
  return useSession()?.restricted ?? false;
}
