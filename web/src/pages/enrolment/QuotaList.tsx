import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleCheck, CircleX, Gauge, RotateCcw } from "lucide-react";
import { useTranslation } from "react-i18next";

import { api, type Data } from "../../api";
import { useCan } from "../../auth/useCan";
import { Button, IconButton } from "../../components/Button";
import { DataTable, type Column } from "../../components/DataTable";
import { EmptyState } from "../../components/EmptyState";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Moment } from "../../components/Moment";
import { Section } from "../../components/Page";
import { Label } from "../../components/State";
import { toast } from "../../components/toasts";
import { formatNumber } from "../../format";
import styles from "./Enrolment.module.css";

type Spending = Data<"get", "/acme/quotas">["quotas"][number];

/** Who ordered lately, and how much of it is left. */
export function QuotaList() {
  const { t } = useTranslation();
  const can = useCan();
  const queries = useQueryClient();
  const list = useInfiniteQuery({
    queryKey: ["acme", "quotas"],
    queryFn: ({ pageParam }) =>
      api.get("/acme/quotas", { query: { per_page: 50, cursor: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ data }) => data.next_cursor ?? undefined,
    refetchInterval: 15_000,
  });
  const rows = list.data?.pages.flatMap(({ data }) => data.quotas);
  const reset = useMutation({
    mutationFn: ({ kind, subject }: Spending) =>
      api.post("/acme/quotas/reset", { body: { kind, subject } }),
    onSuccess: (_, { subject }) => toast(t("acmeLimits.resetDone", { name: subject })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["acme", "quotas"] }),
  });
  const columns: Column<Spending>[] = [
    {
      id: "subject",
      title: t("acmeLimits.subject"),
      card: "title",
      cell: ({ kind, subject }) => (
        <span className={styles.two}>
          {kind === "account" ? (
            <Link to="/enrolment" search={{ tab: "accounts", account: Number(subject) }}>
              {t("acmeLimits.account", { id: subject })}
            </Link>
          ) : (
            <b>{kind === "identifier" ? subject : t("acmeLimits.credential", { id: subject })}</b>
          )}
          <small className="muted">{t(`acmeLimits.kind_${kind}`)}</small>
        </span>
      ),
    },
    {
      id: "state",
      title: t("column.state"),
      card: "state",
      width: "11rem",
      cell: ({ exhausted }) =>
        exhausted ? (
          <Label tone="due" icon={CircleX} text={t("acmeLimits.exhausted")} />
        ) : (
          <Label tone="active" icon={CircleCheck} text={t("acmeLimits.free")} />
        ),
    },
    {
      id: "used",
      title: t("acmeLimits.used"),
      card: "line",
      named: true,
      align: "end",
      width: "9rem",
      cell: ({ used, limit }) => (
        <span className="num">
          {limit > 0
            ? t("acmeLimits.usedOf", { used: formatNumber(used), limit: formatNumber(limit) })
            : t("acmeLimits.unlimited")}
        </span>
      ),
    },
    {
      id: "again",
      title: t("acmeLimits.again"),
      from: "medium",
      width: "10rem",
      cell: ({ free_again_at }) => <Moment at={free_again_at} />,
    },
    {
      id: "actions",
      title: t("sessions.action"),
      card: "end",
      align: "end",
      width: "5rem",
      cell: (spending) =>
        can("write:acme") && (
          <IconButton
            icon={RotateCcw}
            label={t("acmeLimits.resetOf", { name: spending.subject })}
            onClick={() => reset.mutate(spending)}
          />
        ),
    },
  ];
  const error = list.error ?? reset.error;
  return (
    <Section title={t("acmeLimits.spent")} card flush>
      {error && <ErrorNotice error={error} onRetry={() => void list.refetch()} />}
      {!(list.isError && !rows) && (
        <DataTable
          caption={t("acmeLimits.spent")}
          columns={columns}
          rows={rows}
          rowKey={({ kind, subject }) => `${kind} ${subject}`}
          skeleton={3}
          empty={
            <EmptyState icon={Gauge} title={t("acmeLimits.none")}>
              {t("acmeLimits.noneText")}
            </EmptyState>
          }
        />
      )}
      {list.hasNextPage && (
        <div className={styles.more}>
          <Button small busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t("operations.more")}
          </Button>
        </div>
      )}
    </Section>
  );
}
