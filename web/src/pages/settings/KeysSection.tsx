import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleCheck, CirclePause, Hourglass, KeyRound, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, type ApiKey } from "../../api";
import { Button } from "../../components/Button";
import { DataTable } from "../../components/DataTable";
import { Dialog } from "../../components/Dialog";
import { EmptyState } from "../../components/EmptyState";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Moment } from "../../components/Moment";
import { Section } from "../../components/Page";
import { Label } from "../../components/State";
import { toast } from "../../components/toasts";
import { CreateKeyDialog } from "./CreateKeyDialog";
import styles from "./Settings.module.css";

export function KeysSection() {
  const { t } = useTranslation();
  const [creating, setCreating] = useState(false);
  const [deleting, setDeleting] = useState<ApiKey>();
  const keys = useQuery({
    queryKey: ["account", "keys"],
    queryFn: () => api.get("/account/apikeys"),
  });

  return (
    <Section
      title={t("settings.keys")}
      card
      flush
      aside={
        <Button small look="primary" icon={Plus} onClick={() => setCreating(true)}>
          {t("keys.create")}
        </Button>
      }
    >
      {keys.isError && <ErrorNotice error={keys.error} onRetry={() => void keys.refetch()} />}
      <div className={styles.list}>
        <DataTable
          caption={t("settings.keys")}
          rows={keys.data?.data}
          rowKey={({ id }) => id}
          skeleton={2}
          empty={
            <EmptyState icon={KeyRound} title={t("keys.none")}>
              {t("keys.noneText")}
            </EmptyState>
          }
          columns={[
            {
              id: "name",
              title: t("column.name"),
              card: "title",
              cell: (key) => (
                <span className={styles.two}>
                  <b>{key.name}</b>
                  <small className="mono">{key.key_prefix}…</small>
                </span>
              ),
            },
            {
              id: "state",
              title: t("column.state"),
              card: "state",
              width: "7rem",
              cell: (key) =>
                key.is_expired ? (
                  <Label tone="expired" icon={Hourglass} text={t("state.expired")} />
                ) : key.is_active ? (
                  <Label tone="active" icon={CircleCheck} text={t("state.valid")} />
                ) : (
                  <Label tone="idle" icon={CirclePause} text={t("users.disabled")} />
                ),
            },
            {
              id: "rights",
              title: t("keys.rights"),
              from: "medium",
              width: "9rem",
              cell: (key) => (
                <span title={key.permissions.join(", ")}>
                  {key.permissions.includes("*")
                    ? t("keys.all")
                    : t("keys.count", { count: key.permissions.length })}
                </span>
              ),
            },
            {
              id: "used",
              title: t("keys.used"),
              card: "line",
              named: true,
              width: "8rem",
              cell: (key) =>
                key.last_used_at ? <Moment at={key.last_used_at} /> : t("keys.never"),
            },
            {
              id: "until",
              title: t("column.until"),
              from: "medium",
              width: "8rem",
              cell: (key) =>
                key.expires_at ? <Moment at={key.expires_at} as="day" /> : t("keys.unlimited"),
            },
            {
              id: "delete",
              title: t("sessions.action"),
              card: "end",
              align: "end",
              width: "7rem",
              cell: (key) => (
                <Button small look="ghost" icon={Trash2} onClick={() => setDeleting(key)}>
                  {t("keys.delete")}
                </Button>
              ),
            },
          ]}
        />
      </div>
      {creating && <CreateKeyDialog onClose={() => setCreating(false)} />}
      {deleting && <DeleteDialog apiKey={deleting} onClose={() => setDeleting(undefined)} />}
    </Section>
  );
}

function DeleteDialog(props: { apiKey: ApiKey; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () =>
      api.delete("/account/apikeys/{key_id}", { path: { key_id: props.apiKey.id } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["account", "keys"] });
      toast(t("keys.deleted", { name: props.apiKey.name }));
      props.onClose();
    },
  });
  return (
    <Dialog
      title={t("keys.deleteTitle", { name: props.apiKey.name })}
      lead={t("keys.deleteLead")}
      size="small"
      locked={remove.isPending}
      onSubmit={() => remove.mutate()}
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={props.onClose}>{t("common.cancel")}</Button>
          <Button type="submit" look="danger" busy={remove.isPending}>
            {t("keys.delete")}
          </Button>
        </>
      }
    >
      {remove.isError && <ErrorNotice error={remove.error} />}
      <p className="muted">
        {props.apiKey.last_used_at ? (
          <>
            {t("keys.used")}: <Moment at={props.apiKey.last_used_at} />
          </>
        ) : (
          t("keys.neverUsed")
        )}
      </p>
    </Dialog>
  );
}
