import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CirclePause, CirclePlay, Fingerprint, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, type Passkey } from "../../api";
import { passkeysWork } from "../../auth/passkey";
import { DeleteDialog } from "../../components/DeleteDialog";
import { EmptyState } from "../../components/EmptyState";
import { MenuItem, MenuLine, RowMenu } from "../../components/Menu";
import { Moment } from "../../components/Moment";
import { Usable } from "../../components/State";
import { toast } from "../../components/toasts";
import { AddPasskeyDialog } from "./AddPasskeyDialog";
import { ListSection } from "./ListSection";
import { RecoveryCodesDialog } from "./RecoveryCodesDialog";
import styles from "./Settings.module.css";

const key = ["account", "passkeys"];

/** Passkeys: sign-in by touch or face, which nobody can be tricked into giving away. */
export function PasskeysSection() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [adding, setAdding] = useState(false);
  const [codes, setCodes] = useState<string[]>([]);
  const [deleting, setDeleting] = useState<Passkey>();
  const here = useQuery({
    queryKey: ["account", "passkeys-available"],
    queryFn: () => api.get("/account/webauthn/available"),
  }).data?.data;
  const passkeys = useQuery({
    queryKey: key,
    queryFn: () => api.get("/account/webauthn/credentials"),
  });
  const refresh = () => queries.invalidateQueries({ queryKey: ["account"] });
  const toggle = useMutation({
    mutationFn: (passkey: Passkey) =>
      api.post("/account/webauthn/credentials/{credential_id}/toggle", {
        path: { credential_id: passkey.id },
        body: { enabled: !passkey.enabled },
      }),
    onSuccess: refresh,
  });
  const blocked =
    (!passkeysWork() && t("passkey.noBrowser")) ||
    (here?.available === false && t("passkey.unavailable", { reason: here.reason }));
  return (
    <ListSection
      title={t("passkey.title")}
      create={t("passkey.add")}
      blocked={blocked}
      error={passkeys.error ?? toggle.error}
      onCreate={() => setAdding(true)}
      rows={passkeys.data?.data}
      rowKey={({ id }) => id}
      skeleton={1}
      empty={
        <EmptyState icon={Fingerprint} title={t("passkey.none")}>
          {t("passkey.noneText")}
        </EmptyState>
      }
      columns={[
        {
          id: "name",
          title: t("column.name"),
          card: "title",
          cell: ({ name }) => <b className={styles.strong}>{name}</b>,
        },
        {
          id: "state",
          title: t("column.state"),
          card: "state",
          width: "8rem",
          cell: ({ enabled }) => <Usable usable={enabled} />,
        },
        {
          id: "used",
          title: t("keys.used"),
          card: "line",
          width: "10rem",
          cell: ({ last_used_at }) =>
            last_used_at ? <Moment at={last_used_at} /> : t("keys.never"),
        },
        {
          id: "created",
          title: t("account.created"),
          from: "medium",
          width: "9rem",
          cell: ({ created_at }) => <Moment at={created_at} />,
        },
        {
          id: "actions",
          title: t("sessions.action"),
          card: "end",
          align: "end",
          width: "5rem",
          cell: (passkey) => (
            <RowMenu label={t("users.actions", { name: passkey.name })}>
              <MenuItem
                icon={passkey.enabled ? CirclePause : CirclePlay}
                onSelect={() => toggle.mutate(passkey)}
              >
                {t(passkey.enabled ? "users.disable" : "users.enable")}
              </MenuItem>
              <MenuLine />
              <MenuItem icon={Trash2} danger onSelect={() => setDeleting(passkey)}>
                {t("users.delete")}
              </MenuItem>
            </RowMenu>
          ),
        },
      ]}
    >
      {adding && (
        <AddPasskeyDialog
          onAdded={(recovery) => {
            void refresh();
            setCodes(recovery);
          }}
          onClose={() => setAdding(false)}
        />
      )}
      {codes.length > 0 && <RecoveryCodesDialog codes={codes} onClose={() => setCodes([])} />}
      {deleting && (
        <DeleteDialog
          title={t("users.deleteTitle", { name: deleting.name })}
          lead={t("passkey.deleteLead")}
          onClose={() => setDeleting(undefined)}
          remove={async () => {
            await api.delete("/account/webauthn/credentials/{credential_id}", {
              path: { credential_id: deleting.id },
            });
            await refresh();
            toast(t("users.deleted", { name: deleting.name }));
            setDeleting(undefined);
          }}
        />
      )}
    </ListSection>
  );
}
