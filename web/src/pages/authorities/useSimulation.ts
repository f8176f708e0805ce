import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, type Body } from "../../api";
import { useDebounced } from "../../components/useDebounced";

/** What would become of an authority; asked when the typing pauses. No key is touched. */
export function useSimulation(wanted: Body<"post", "/cas/simulate">, enabled = true) {
  const settled = useDebounced(JSON.stringify(wanted), 400);
  return useQuery({
    queryKey: ["cas", "simulation", settled],
    queryFn: () =>
      api.post("/cas/simulate", { body: JSON.parse(settled) as Body<"post", "/cas/simulate"> }),
    placeholderData: keepPreviousData,
    enabled,
    retry: false,
  });
}
