import { useCallback } from "react";

import { covers } from "./permissions";
import { useSession } from "./session";

/** The server decides; this only greys out what it would refuse anyway. */
export function useCan() {
  const granted = useSession()?.permissions;
  return useCallback((wanted: string) => covers(granted ?? [], wanted), [granted]);
}
