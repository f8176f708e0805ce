import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { Page } from "./Page";
import { Pending } from "./Pending";

/** A page whose object is not there yet, or could not be had. */
export function LoadingPage(props: {
  title: string;
  above?: ReactNode;
  beside?: boolean;
  query: Pick<UseQueryResult, "error" | "refetch">;
}) {
  const { query, ...page } = props;
  return (
    <Page {...page}>
      <Pending query={query} lines={9} />
    </Page>
  );
}
