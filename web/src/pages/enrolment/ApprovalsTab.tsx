import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Check, CircleCheck, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../../api";
import { contactText } from "../../api/loose";
import { Button } from "../../components/Button";
import { DataTable, type Column } from "../../components/DataTable";
import { EmptyState } from "../../components/EmptyState";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Moment } from "../../components/Moment";
import { toast } from "../../components/toasts";
import { approvalsQuery, type WaitingOrder } from "./approvals";
import styles from "./Enrolment.module.css";
import { RefuseDialog } from "./RefuseDialog";

const namesOf = (order: WaitingOrder) => order.identifiers.map(({ value }) => value).join(", ");

/** Orders whose names are proved, and which a person lets through or not. */
export function ApprovalsTab() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [refusing, setRefusing] = useState<WaitingOrder>();
  const list = useInfiniteQuery(approvalsQuery);
  const rows = list.data?.pages.flatMap(({ data }) => data.orders);
  const approve = useMutation({
    mutationFn: ({ id }: WaitingOrder) =>
      api.post("/acme/orders/{order_id}/approve", { path: { order_id: id } }),
    onSuccess: (_, order) => toast(t("approval.approved", { name: namesOf(order) })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["acme"] }),
  });
  const open = ({ id }: WaitingOrder) =>
    void navigate({ to: "/enrolment", search: { tab: "orders", order: id } });
  const columns: Column<WaitingOrder>[] = [
    {
      id: "names",
      title: t("fact.names"),
      card: "title",
      cell: (order) => (
        <span className={styles.two}>
          <button type="button" className={styles.open} onClick={() => open(order)}>
            {namesOf(order)}
          </button>
          <small className="muted">{contactText(order.contact) || t("account.noContact")}</small>
        </span>
      ),
    },
    {
      id: "service",
      title: t("enrolment.service"),
      card: "line",
      named: true,
      from: "medium",
      width: "9rem",
      cell: ({ service, profile }) => (profile ? `${service}, ${profile}` : service),
    },
    {
      id: "asked",
      title: t("approval.asked"),
      card: "line",
      named: true,
      width: "9rem",
      cell: ({ requested_at }) => <Moment at={requested_at} />,
    },
    {
      id: "expires",
      title: t("order.expires"),
      from: "large",
      width: "9rem",
      cell: ({ expires }) => <Moment at={expires} />,
    },
    {
      id: "decide",
      title: t("approval.decide"),
      card: "end",
      align: "end",
      width: "15rem",
      cell: (order) => (
        <span className={styles.decide}>
          <Button
            small
            look="primary"
            icon={Check}
            needs="write:acme"
            busy={approve.isPending && approve.variables.id === order.id}
            aria-label={t("approval.approveOf", { name: namesOf(order) })}
            onClick={() => approve.mutate(order)}
          >
            {t("approval.approve")}
          </Button>
          <Button
            small
            icon={X}
            needs="write:acme"
            aria-label={t("approval.refuseOf", { name: namesOf(order) })}
            onClick={() => setRefusing(order)}
          >
            {t("approval.refuse")}
          </Button>
        </span>
      ),
    },
  ];
  const error = list.error ?? approve.error;
  return (
    <>
      <div className={styles.intro}>
        <p className="muted">{t("approval.lead")}</p>
      </div>
      {error && (
        <ErrorNotice
          error={error}
          {...(list.isError ? { onRetry: () => void list.refetch() } : {})}
        />
      )}
      {!(list.isError && !rows) && (
        <div className={styles.list}>
          <DataTable
            caption={t("approval.tab")}
            columns={columns}
            rows={rows}
            rowKey={({ id }) => id}
            skeleton={3}
            onOpen={open}
            empty={
              <EmptyState icon={CircleCheck} title={t("approval.none")}>
                {t("approval.noneText")}
              </EmptyState>
            }
          />
        </div>
      )}
      {list.hasNextPage && (
        <div className={styles.more}>
          <Button small busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t("operations.more")}
          </Button>
        </div>
      )}
      {refusing && (
        <RefuseDialog
          id={refusing.id}
          name={namesOf(refusing)}
          onClose={() => setRefusing(undefined)}
        />
      )}
    </>
  );
}
