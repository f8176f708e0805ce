import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleX, Clock, MailCheck, RotateCw, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";

import { api } from "../../api";
import { DataTable } from "../../components/DataTable";
import { EmptyState } from "../../components/EmptyState";
import { ErrorNotice } from "../../components/ErrorNotice";
import { MenuItem, MenuLine, RowMenu } from "../../components/Menu";
import { Moment } from "../../components/Moment";
import { Section } from "../../components/Page";
import { Label } from "../../components/State";
import { toast } from "../../components/toasts";
import styles from "./Settings.module.css";

const key = ["settings", "mail-queue"];

/** What waits to be sent, and what was given up. */
export function MailQueue() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const queue = useQuery({
    queryKey: key,
    queryFn: () => api.get("/settings/email/queue"),
    refetchInterval: 15_000,
  });
  const act = useMutation({
    mutationFn: ({ id, way }: { id: number; way: "retry" | "delete" }) =>
      way === "retry"
        ? api.post("/settings/email/queue/{mail_id}/retry", { path: { mail_id: id } })
        : api.delete("/settings/email/queue/{mail_id}", { path: { mail_id: id } }),
    onSuccess: (_, { way }) => toast(t(way === "retry" ? "mail.retried" : "mail.removed")),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
  const error = queue.error ?? act.error;
  return (
    <Section title={t("mail.queue")} card flush>
      {error && <ErrorNotice error={error} onRetry={() => void queue.refetch()} />}
      <div className={styles.list}>
        <DataTable
          caption={t("mail.queue")}
          rows={queue.data?.data}
          rowKey={({ id }) => id}
          skeleton={2}
          empty={
            <EmptyState icon={MailCheck} title={t("mail.queueEmpty")}>
              {t("mail.queueEmptyText")}
            </EmptyState>
          }
          columns={[
            {
              id: "subject",
              title: t("mail.subject"),
              card: "title",
              cell: (mail) => (
                <span className={styles.two}>
                  <b>{mail.subject}</b>
                  <small>{mail.recipient}</small>
                  {mail.last_error && <small>{mail.last_error}</small>}
                </span>
              ),
            },
            {
              id: "state",
              title: t("column.state"),
              card: "state",
              width: "9rem",
              cell: ({ status }) =>
                status === "failed" ? (
                  <Label tone="expired" icon={CircleX} text={t("mail.status_failed")} />
                ) : (
                  <Label tone="idle" icon={Clock} text={t("mail.status_waiting")} />
                ),
            },
            {
              id: "next",
              title: t("mail.next"),
              card: "line",
              named: true,
              width: "9rem",
              cell: (mail) =>
                mail.status === "failed" ? "–" : <Moment at={mail.next_attempt_at} />,
            },
            {
              id: "actions",
              title: t("sessions.action"),
              card: "end",
              align: "end",
              width: "5rem",
              cell: ({ id, subject }) => (
                <RowMenu label={t("users.actions", { name: subject })}>
                  <MenuItem icon={RotateCw} onSelect={() => act.mutate({ id, way: "retry" })}>
                    {t("mail.retry")}
                  </MenuItem>
                  <MenuLine />
                  <MenuItem icon={Trash2} danger onSelect={() => act.mutate({ id, way: "delete" })}>
                    {t("mail.remove")}
                  </MenuItem>
                </RowMenu>
              ),
            },
          ]}
        />
      </div>
    </Section>
  );
}
