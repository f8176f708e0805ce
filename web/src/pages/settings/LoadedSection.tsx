import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { ErrorNotice } from "../../components/ErrorNotice";
import { Section } from "../../components/Page";
import { SkeletonLines } from "../../components/Skeleton";

interface Answer<Data> {
  data: { data: Data } | undefined;
  error: Error | null;
  refetch: () => Promise<unknown>;
}

/** A section about one answer of the server: until it is there, and when it does not come. */
export function LoadedSection<Data>(props: {
  title: string;
  query: Answer<Data>;
  lines?: number;
  aside?: (data: Data) => ReactNode;
  children: (data: Data) => ReactNode;
}) {
  const { t } = useTranslation();
  const { data, error, refetch } = props.query;
  return (
    <Section title={props.title} card aside={data && props.aside?.(data.data)}>
      {data ? (
        props.children(data.data)
      ) : error ? (
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      ) : (
        <SkeletonLines lines={props.lines ?? 4} label={t("common.loading")} />
      )}
    </Section>
  );
}
