import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleCheck, CircleX, Clock, MailCheck, RotateCw, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { admin, type AdminData } from "../../api/admin";
import { Button } from "../../components/Button";
import { DataTable, type Column } from "../../components/DataTable";
import { DeleteDialog } from "../../components/DeleteDialog";
import { EmptyState } from "../../components/EmptyState";
import { ErrorNotice } from "../../components/ErrorNotice";
import { TextField } from "../../components/Field";
import { Moment } from "../../components/Moment";
import { Section } from "../../components/Page";
import { Label } from "../../components/State";
import { toast } from "../../components/toasts";
import { wholeNumber } from "../settings/useDraft";
import styles from "./Enrolment.module.css";

type Notification = AdminData<"get", "/notifications">[number];

const key = ["acme", "notifications"];
const looks = {
  pending: { tone: "idle", icon: Clock },
  sent: { tone: "active", icon: CircleCheck },
  failed: { tone: "expired", icon: CircleX },
} as const;

/** Messages to the contacts of ACME accounts: what was sent, what could not be. */
export function Notifications() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [purging, setPurging] = useState(false);
  const [days, setDays] = useState("30");
  const [shown, setShown] = useState(50);
  const list = useQuery({
    queryKey: [...key, shown],
    queryFn: () => admin.get("/notifications", { query: { limit: shown } }),
    refetchInterval: 15_000,
  });
  const rows = list.data;
  const refresh = () => queries.invalidateQueries({ queryKey: key });
  const retry = useMutation({
    mutationFn: () => admin.post("/notifications/retry"),
    onSuccess: async ({ retried }) => {
      await refresh();
      toast(t("operations.retried", { count: retried }));
    },
  });
  const columns: Column<Notification>[] = [
    {
      id: "subject",
      title: t("mail.subject"),
      card: "title",
      cell: (one) => (
        <span className={styles.two}>
          <b>{one.subject}</b>
          <small className="muted">{one.recipient}</small>
          {one.error_detail && <small className={styles.error}>{one.error_detail}</small>}
        </span>
      ),
    },
    {
      id: "type",
      title: t("allowed.type"),
      from: "medium",
      width: "11rem",
      cell: ({ notification_type }) => t(`operations.type_${notification_type}`),
    },
    {
      id: "state",
      title: t("column.state"),
      card: "state",
      width: "8rem",
      cell: ({ status }) => <Label {...looks[status]} text={t(`operations.status_${status}`)} />,
    },
    {
      id: "created",
      title: t("account.created"),
      card: "line",
      named: true,
      width: "9rem",
      cell: ({ created_at }) => <Moment at={created_at} />,
    },
  ];
  const older = wholeNumber(days, 0, 36_500);
  const error = list.error ?? retry.error;
  return (
    <Section
      title={t("operations.notifications")}
      card
      flush
      aside={
        rows &&
        rows.length > 0 && (
          <>
            <Button
              small
              icon={RotateCw}
              needs="admin:system"
              busy={retry.isPending}
              onClick={() => retry.mutate()}
            >
              {t("operations.retryAll")}
            </Button>
            <Button small icon={Trash2} needs="admin:system" onClick={() => setPurging(true)}>
              {t("operations.purge")}
            </Button>
          </>
        )
      }
    >
      {error && <ErrorNotice error={error} onRetry={() => void list.refetch()} />}
      {!(list.isError && !rows) && (
        <DataTable
          caption={t("operations.notifications")}
          columns={columns}
          rows={rows}
          rowKey={({ id }) => id}
          skeleton={3}
          empty={
            <EmptyState icon={MailCheck} title={t("operations.noNotifications")}>
              {t("operations.noNotificationsText")}
            </EmptyState>
          }
        />
      )}
      {rows && rows.length === shown && shown < 1000 && (
        <div className={styles.more}>
          <Button small onClick={() => setShown(Math.min(1000, shown * 4))}>
            {t("operations.more")}
          </Button>
        </div>
      )}
      {purging && (
        <DeleteDialog
          title={t("operations.purgeTitle")}
          lead={t("operations.purgeLead")}
          onClose={() => setPurging(false)}
          remove={async () => {
            if (older === undefined) return;
            const { purged } = await admin.post("/notifications/purge", { body: { days: older } });
            await refresh();
            toast(t("operations.purged", { count: purged }));
            setPurging(false);
          }}
        >
          <TextField
            label={t("operations.purgeDays")}
            inputMode="numeric"
            value={days}
            onChange={setDays}
            error={older === undefined && t("general.numberWrong")}
          />
        </DeleteDialog>
      )}
    </Section>
  );
}
