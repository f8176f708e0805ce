import { infiniteQueryOptions, useInfiniteQuery } from "@tanstack/react-query";

import { api, type Data } from "../../api";
import { useCan } from "../../auth/useCan";

export type WaitingOrder = Data<"get", "/acme/approvals">["orders"][number];

/** Orders that wait for a person, oldest first. */
export const approvalsQuery = infiniteQueryOptions({
  queryKey: ["acme", "approvals"],
  queryFn: ({ pageParam }) =>
    api.get("/acme/approvals", { query: { per_page: 100, cursor: pageParam } }),
  initialPageParam: undefined as number | undefined,
  getNextPageParam: ({ data }) => data.next_cursor ?? undefined,
  // Nobody is told that an order waits: the list asks.
  refetchInterval: 15_000,
});

/** How many orders wait for a person, as far as they were counted. */
export function useWaitingOrders() {
  const can = useCan();
  const list = useInfiniteQuery({ ...approvalsQuery, enabled: can("read:acme") });
  return list.data?.pages.reduce((sum, { data }) => sum + data.orders.length, 0) ?? 0;
}
