import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { ErrorNotice } from "./ErrorNotice";
import { Page } from "./Page";
import { SkeletonLines } from "./Skeleton";

/** A page whose object is not there yet, or could not be had. */
export function LoadingPage(props: {
  title: string;
  above?: ReactNode;
  beside?: boolean;
  query: Pick<UseQueryResult, "error" | "refetch">;
}) {
  const { t } = useTranslation();
  const { query, ...page } = props;
  return (
    <Page {...page}>
      {query.error ? (
        <ErrorNotice error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <SkeletonLines lines={9} label={t("common.loading")} />
      )}
    </Page>
  );
}
