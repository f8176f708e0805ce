import { useInfiniteQuery, useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Ban, CircleX, Clock, ListChecks } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../../api";
import { Button } from "../../components/Button";
import { DataTable } from "../../components/DataTable";
import { EmptyState } from "../../components/EmptyState";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Choice } from "../../components/Field";
import lists from "../../components/List.module.css";
import { Section } from "../../components/Page";
import { Label } from "../../components/State";
import type { Job, JobItem } from "./queries";
import styles from "./Revocation.module.css";

const filters = ["all", "failed", "revoked", "pending"] as const;
const looks = {
  revoked: { tone: "revoked", icon: Ban },
  failed: { tone: "expired", icon: CircleX },
  pending: { tone: "idle", icon: Clock },
} as const;

/** A page at a time: there may be a hundred thousand. */
const perPage = 25;

export function JobItems({ job }: { job: Job }) {
  const { t } = useTranslation();
  const [filter, setFilter] = useState<(typeof filters)[number]>(job.failed > 0 ? "failed" : "all");
  const items = useInfiniteQuery({
    queryKey: ["revocation-jobs", job.id, "items", filter],
    queryFn: ({ pageParam }) =>
      api.get("/certificates/bulk/revoke/jobs/{job_id}/results", {
        path: { job_id: job.id },
        query: {
          per_page: perPage,
          ...(filter === "all" ? {} : { status: filter }),
          ...(pageParam ? { cursor: Number(pageParam) } : {}),
        },
      }),
    initialPageParam: "",
    getNextPageParam: ({ meta }) => meta.next_cursor || undefined,
    refetchInterval: job.status === "running" ? 2_000 : false,
  });
  const rows = items.data?.pages.flatMap(({ data }) => data);
  const names = useQueries({
    queries: (rows ?? []).map(({ certificate_id: id }) => ({
      queryKey: ["certificate-name", id],
      queryFn: () => api.get("/certificates/{cert_id}", { path: { cert_id: id } }),
      staleTime: Infinity,
      retry: false,
    })),
  });
  const nameOf = (row: JobItem) =>
    names[rows?.indexOf(row) ?? -1]?.data?.data.common_name ??
    t("job.certificate", { id: row.certificate_id });

  return (
    <Section title={t("job.each")} card flush>
      <div className={styles.pad}>
        <Choice
          label={t("column.state")}
          value={filter}
          onChange={setFilter}
          options={filters.map((value) => ({ value, label: t(`job.show_${value}`) }))}
        />
      </div>
      {items.isError && !rows ? (
        <div className={styles.pad}>
          <ErrorNotice error={items.error} onRetry={() => void items.refetch()} />
        </div>
      ) : (
        <div className={styles.table}>
          <DataTable<JobItem>
            caption={t("job.each")}
            rows={rows}
            rowKey={(row) => row.certificate_id}
            skeleton={4}
            empty={<EmptyState icon={ListChecks} title={t("job.noneSuch")} />}
            columns={[
              {
                id: "name",
                title: t("certificate.title"),
                card: "title",
                cell: (row) => (
                  <span className={lists.name}>
                    <Link
                      to="/certificates/$id"
                      params={{ id: String(row.certificate_id) }}
                      search={{}}
                    >
                      {nameOf(row)}
                    </Link>
                  </span>
                ),
              },
              {
                id: "state",
                title: t("column.state"),
                card: "state",
                width: "10rem",
                cell: ({ status }) => <Label {...looks[status]} text={t(`job.item_${status}`)} />,
              },
              {
                id: "error",
                title: t("job.why"),
                card: "line",
                width: "45%",
                cell: ({ error }) => error,
              },
            ]}
          />
        </div>
      )}
      {items.hasNextPage && (
        <div className={styles.pad}>
          <Button busy={items.isFetchingNextPage} onClick={() => void items.fetchNextPage()}>
            {t("job.more")}
          </Button>
        </div>
      )}
    </Section>
  );
}
