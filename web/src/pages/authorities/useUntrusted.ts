import { useQueries, useQuery } from "@tanstack/react-query";

import { api, type Authority } from "../../api";
import { casQuery } from "./queries";
import { withThoseBelow } from "./tree";

/** What would no longer be trusted without an authority: certificates still valid, authorities under it. */
export function useUntrusted(authority: Authority) {
  const all = useQuery(casQuery).data?.data;
  const fallen = all ? withThoseBelow(all, authority) : [];
  const totals = useQueries({
    queries: fallen.map(({ id }) => ({
      queryKey: ["certificates", "valid", "of", id],
      queryFn: () =>
        api.get("/certificates", {
          query: { ca_id: id, status: ["valid", "expiring"], page: 1, per_page: 1 },
        }),
    })),
  }).map(({ data }) => data?.meta.total);
  const known = totals.filter((total) => total !== undefined);
  return {
    authorities: Math.max(fallen.length - 1, 0),
    certificates:
      all && known.length === totals.length ? known.reduce((sum, one) => sum + one, 0) : undefined,
  };
}
