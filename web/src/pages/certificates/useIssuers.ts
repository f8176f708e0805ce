import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { api } from "../../api";

/** The authorities that can issue, and the one to begin with. */
export function useIssuers() {
  const [ca, choose] = useState<string>();
  const cas = useQuery({ queryKey: ["cas", "list"], queryFn: () => api.get("/cas") }).data?.data;
  const issuers = (cas ?? []).filter(
    (one) => one.issuing_obstacle === "" && one.status !== "Expired",
  );
  // An issuing authority is meant for this; a root only when there is nothing else.
  const chosen = ca ?? String((issuers.find((one) => !one.is_root) ?? issuers[0])?.id ?? "");
  return { issuers, chosen, choose };
}
