import { useTranslation } from "react-i18next";

import { ErrorNotice } from "./ErrorNotice";
import { SkeletonLines } from "./Skeleton";

/** In place of an answer: its outline until it is there, or why it could not be had. */
export function Pending(props: {
  query: { error: Error | null; refetch: () => Promise<unknown> };
  lines: number;
}) {
  const { t } = useTranslation();
  const { error, refetch } = props.query;
  return error ? (
    <ErrorNotice error={error} onRetry={() => void refetch()} />
  ) : (
    <SkeletonLines lines={props.lines} label={t("common.loading")} />
  );
}
