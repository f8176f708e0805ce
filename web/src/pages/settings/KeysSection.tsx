import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Hourglass, KeyRound, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, type ApiKey } from "../../api";
import { Button } from "../../components/Button";
import { DeleteDialog } from "../../components/DeleteDialog";
import { EmptyState } from "../../components/EmptyState";
import { Moment } from "../../components/Moment";
import { Label, Usable } from "../../components/State";
import { toast } from "../../components/toasts";
import { CreateKeyDialog } from "./CreateKeyDialog";
import { ListSection } from "./ListSection";
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
    <ListSection
      title={t("settings.keys")}
      create={t("keys.create")}
      error={keys.error}
      onRetry={() => void keys.refetch()}
      onCreate={() => setCreating(true)}
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
            ) : (
              <Usable usable={key.is_active} />
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
          cell: (key) => (key.last_used_at ? <Moment at={key.last_used_at} /> : t("keys.never")),
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
    >
      {creating && <CreateKeyDialog onClose={() => setCreating(false)} />}
      {deleting && <DeleteKeyDialog apiKey={deleting} onClose={() => setDeleting(undefined)} />}
    </ListSection>
  );
}

function DeleteKeyDialog(props: { apiKey: ApiKey; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { id, name, last_used_at } = props.apiKey;
  return (
    <DeleteDialog
      title={t("keys.deleteTitle", { name })}
      lead={t("keys.deleteLead")}
      submit={t("keys.delete")}
      onClose={props.onClose}
      remove={async () => {
        await api.delete("/account/apikeys/{key_id}", { path: { key_id: id } });
        await queries.invalidateQueries({ queryKey: ["account", "keys"] });
        toast(t("keys.deleted", { name }));
        props.onClose();
      }}
    >
      <p className="muted">
        {last_used_at ? (
          <>
            {t("keys.used")}: <Moment at={last_used_at} />
          </>
        ) : (
          t("keys.neverUsed")
        )}
      </p>
    </DeleteDialog>
  );
}
