import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleCheck, CirclePause, CircleX, Webhook as WebhookIcon } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../../../api";
import { type Column } from "../../../components/DataTable";
import { DeleteDialog } from "../../../components/DeleteDialog";
import { EmptyState } from "../../../components/EmptyState";
import { Moment } from "../../../components/Moment";
import { Label } from "../../../components/State";
import { toast } from "../../../components/toasts";
import { formatNumber } from "../../../format";
import { ListSection } from "../ListSection";
import styles from "../Settings.module.css";
import { DeliveriesDrawer } from "./DeliveriesDrawer";
import { webhooksQuery, type Webhook } from "./queries";
import { SecretDialog } from "./SecretDialog";
import { WebhookActions, type WebhookAction } from "./WebhookActions";
import { WebhookDialog } from "./WebhookDialog";

/** Where events are sent to, and whether they arrive. */
export function WebhooksSection() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [dialog, setDialog] = useState<{ what: WebhookAction | "new"; of?: Webhook }>();
  const [secret, setSecret] = useState<string>();
  const list = useQuery(webhooksQuery);
  const refresh = () => queries.invalidateQueries({ queryKey: ["settings", "webhooks"] });
  const close = () => setDialog(undefined);
  const toggle = useMutation({
    mutationFn: ({ id }: Webhook) =>
      api.post("/webhooks/{webhook_id}/toggle", { path: { webhook_id: id } }),
    onSuccess: async ({ data }) => {
      await refresh();
      toast(t(data.enabled ? "webhook.enabledDone" : "webhook.disabledDone", { name: data.name }));
    },
  });
  const test = useMutation({
    mutationFn: ({ id }: Webhook) =>
      api.post("/webhooks/{webhook_id}/test", { path: { webhook_id: id } }),
    onSuccess: ({ data }, { name }) =>
      toast(t("webhook.tested", { name, status: data.status_code, ms: data.milliseconds })),
  });
  const act = (what: WebhookAction, of: Webhook) => {
    toggle.reset();
    test.reset();
    if (what === "toggle") toggle.mutate(of);
    else if (what === "test") test.mutate(of);
    else setDialog({ what, of });
  };
  const columns: Column<Webhook>[] = [
    {
      id: "name",
      title: t("column.name"),
      card: "title",
      cell: (webhook) => (
        <span className={styles.two}>
          <button type="button" className={styles.open} onClick={() => act("deliveries", webhook)}>
            {webhook.name}
          </button>
          <small className={styles.break}>{webhook.url}</small>
          {webhook.failure_count > 0 && (
            <small className={styles.wrong}>{webhook.last_error}</small>
          )}
        </span>
      ),
    },
    {
      id: "state",
      title: t("column.state"),
      card: "state",
      width: "8rem",
      cell: ({ enabled, failure_count }) =>
        !enabled ? (
          <Label tone="idle" icon={CirclePause} text={t("enrolment.off")} />
        ) : failure_count > 0 ? (
          <Label tone="expired" icon={CircleX} text={t("webhook.failing")} />
        ) : (
          <Label tone="active" icon={CircleCheck} text={t("enrolment.on")} />
        ),
    },
    {
      id: "events",
      title: t("webhook.events"),
      card: "line",
      width: "8rem",
      cell: ({ events }) =>
        events.includes("*")
          ? t("webhook.all")
          : t("webhook.count", { count: events.length, n: formatNumber(events.length) }),
    },
    {
      id: "success",
      title: t("webhook.lastSuccess"),
      from: "medium",
      width: "9rem",
      cell: ({ last_success }) => <Moment at={last_success} />,
    },
    {
      id: "actions",
      title: t("sessions.action"),
      card: "end",
      align: "end",
      width: "5rem",
      cell: (webhook) => <WebhookActions webhook={webhook} onAct={(what) => act(what, webhook)} />,
    },
  ];
  const of = dialog?.of;
  return (
    <ListSection
      title={t("settings.webhooks")}
      create={t("webhook.create")}
      needs="write:settings"
      error={list.error ?? toggle.error ?? test.error}
      {...(list.isError ? { onRetry: () => void list.refetch() } : {})}
      onCreate={() => setDialog({ what: "new" })}
      rows={list.isError && !list.data ? [] : list.data?.data}
      rowKey={({ id }) => id}
      skeleton={2}
      columns={columns}
      empty={
        list.isError ? undefined : (
          <EmptyState icon={WebhookIcon} title={t("webhook.none")}>
            {t("webhook.noneText")}
          </EmptyState>
        )
      }
    >
      {(dialog?.what === "new" || dialog?.what === "edit") && (
        <WebhookDialog webhook={of} onSecret={setSecret} onClose={close} />
      )}
      {of && dialog.what === "deliveries" && <DeliveriesDrawer webhook={of} onClose={close} />}
      {of && dialog.what === "secret" && (
        <DeleteDialog
          title={t("webhook.secretTitle", { name: of.name })}
          lead={t("webhook.secretAnew")}
          submit={t("webhook.secretSubmit")}
          onClose={close}
          remove={async () => {
            const { data } = await api.post("/webhooks/{webhook_id}/regenerate-secret", {
              path: { webhook_id: of.id },
            });
            await refresh();
            close();
            setSecret(data.secret);
          }}
        />
      )}
      {of && dialog.what === "delete" && (
        <DeleteDialog
          title={t("eab.deleteTitle", { name: of.name })}
          lead={t("webhook.deleteLead")}
          onClose={close}
          remove={async () => {
            await api.delete("/webhooks/{webhook_id}", { path: { webhook_id: of.id } });
            await refresh();
            toast(t("eab.deleted", { name: of.name }));
            close();
          }}
        />
      )}
      {secret && <SecretDialog secret={secret} onClose={() => setSecret(undefined)} />}
    </ListSection>
  );
}
