import { useCallback } from "react";

import { covers, isWithinRestriction } from "./permissions";
import { useRestricted } from "./restricted";
import { useSession } from "./session";

/** The server decides; this only greys out what it would refuse anyway. */
export function useCan() {
  const granted = useSession()?.permissions;
  const restricted = useRestricted();
  return useCallback(
    (wanted: string) =>
      covers(granted ?? [], wanted) && (!restricted || isWithinRestriction(wanted)),
    [granted, restricted],
  );
}
