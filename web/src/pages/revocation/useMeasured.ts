import { useQueries, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { Authority } from "../../api";
import { pointsQuery } from "./queries";

/** More than these are measured only when somebody asks: each takes several connections. */
const mostAtOnce = 8;

/** What is found at the points of every authority, by its id. */
export function useMeasured(authorities: Authority[] | undefined) {
  const queries = useQueryClient();
  const [asked, setAsked] = useState(false);
  const publishing = (authorities ?? []).filter(({ has_private_key }) => has_private_key);
  const enabled = asked || publishing.length <= mostAtOnce;
  const answers = useQueries({
    queries: publishing.map(({ id }) => ({ ...pointsQuery(id), enabled })),
  });
  const of = (id: number) => answers[publishing.findIndex((one) => one.id === id)];
  return {
    of,
    known: answers.some(({ data }) => data),
    points: publishing.flatMap((authority) =>
      (of(authority.id)?.data?.data ?? []).map((point) => ({ ...point, authority })),
    ),
    errors: publishing.flatMap((authority) => {
      const error = of(authority.id)?.error;
      return error ? [{ authority, error }] : [];
    }),
    busy: answers.some(({ isFetching }) => isFetching),
    measure: () => {
      setAsked(true);
      void queries.refetchQueries({ queryKey: ["points"] });
    },
  };
}

export type AllMeasured = ReturnType<typeof useMeasured>;
