import { queryOptions } from "@tanstack/react-query";

import { api } from "../../../api";

const pages = 5;
const perPage = 100;
/** So many entries are counted at most. */
export const counted = pages * perPage;

/** The latest entries of one action, the newest first. */
export const latestEntries = (action: string) =>
  queryOptions({
    queryKey: ["acme", "entries", action],
    queryFn: async () => {
      const entries = [];
      for (let page = 1; page <= pages; page++) {
        const { data } = await api.get("/audit/logs", {
          query: { action, page, per_page: perPage },
        });
        entries.push(...data);
        if (data.length < perPage) break;
      }
      return entries;
    },
    staleTime: 60_000,
  });
