import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Ban, CirclePause, CirclePlay, Download, IdCard, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, type Data } from "../../api";
import { downloadGet, fileStem } from "../../api/download";
import { useCan } from "../../auth/useCan";
import { Identifier } from "../../components/Copy";
import { DeleteDialog } from "../../components/DeleteDialog";
import { EmptyState } from "../../components/EmptyState";
import { MenuItem, MenuLine, RowMenu } from "../../components/Menu";
import { Moment } from "../../components/Moment";
import { Usable } from "../../components/State";
import { toast } from "../../components/toasts";
import { AddClientCertificateDialog } from "./AddClientCertificateDialog";
import { ListSection } from "./ListSection";
import styles from "./Settings.module.css";

type ClientCertificate = Data<"get", "/account/mtls/certificates">[number];

const key = ["account", "client-certificates"];

/** Certificates of the browser or of a program, which sign their owner in. */
export function ClientCertificatesSection() {
  const { t } = useTranslation();
  const can = useCan();
  const queries = useQueryClient();
  const [adding, setAdding] = useState(false);
  const [ending, setEnding] = useState<{ one: ClientCertificate; way: "revoke" | "delete" }>();
  const list = useQuery({
    queryKey: key,
    queryFn: () => api.get("/account/mtls/certificates"),
  });
  const refresh = () => queries.invalidateQueries({ queryKey: key });
  const toggle = useMutation({
    mutationFn: (one: ClientCertificate) =>
      api.post("/account/mtls/certificates/{cert_id}/enable", {
        path: { cert_id: one.id },
        body: { enabled: !one.enabled },
      }),
    onSuccess: refresh,
  });
  const fetchFile = useMutation({
    mutationFn: (one: ClientCertificate) =>
      downloadGet(
        `/account/mtls/certificates/${one.id}/download`,
        { format: "pem" },
        `${fileStem(one.name)}.pem`,
      ),
  });
  return (
    <ListSection
      title={t("mtls.title")}
      create={t("mtls.add")}
      error={list.error ?? toggle.error ?? fetchFile.error}
      onCreate={() => setAdding(true)}
      rows={list.data?.data}
      rowKey={({ id }) => id}
      skeleton={1}
      empty={
        <EmptyState icon={IdCard} title={t("mtls.none")}>
          {t("mtls.noneText")}
        </EmptyState>
      }
      columns={[
        {
          id: "name",
          title: t("column.name"),
          card: "title",
          cell: (one) => (
            <span className={styles.two}>
              <b>{one.name}</b>
              <Identifier text={one.cert_serial} />
            </span>
          ),
        },
        {
          id: "state",
          title: t("column.state"),
          card: "state",
          width: "8rem",
          cell: ({ enabled }) => <Usable usable={enabled} />,
        },
        {
          id: "until",
          title: t("column.until"),
          card: "line",
          named: true,
          width: "9rem",
          cell: ({ valid_until }) => <Moment at={valid_until} as="day" />,
        },
        {
          id: "used",
          title: t("keys.used"),
          from: "medium",
          width: "9rem",
          cell: ({ last_used_at }) =>
            last_used_at ? <Moment at={last_used_at} /> : t("keys.never"),
        },
        {
          id: "actions",
          title: t("sessions.action"),
          card: "end",
          align: "end",
          width: "5rem",
          cell: (one) => (
            <RowMenu label={t("users.actions", { name: one.name })}>
              <MenuItem icon={Download} onSelect={() => fetchFile.mutate(one)}>
                {t("mtls.download")}
              </MenuItem>
              <MenuItem
                icon={one.enabled ? CirclePause : CirclePlay}
                onSelect={() => toggle.mutate(one)}
              >
                {t(one.enabled ? "users.disable" : "users.enable")}
              </MenuItem>
              <MenuLine />
              {one.cert_id && (
                <MenuItem
                  icon={Ban}
                  danger
                  disabled={!can("write:user_certificates")}
                  onSelect={() => setEnding({ one, way: "revoke" })}
                >
                  {t("eab.revoke")}
                </MenuItem>
              )}
              <MenuItem icon={Trash2} danger onSelect={() => setEnding({ one, way: "delete" })}>
                {t("users.delete")}
              </MenuItem>
            </RowMenu>
          ),
        },
      ]}
    >
      {adding && <AddClientCertificateDialog onClose={() => setAdding(false)} />}
      {ending && (
        <DeleteDialog
          title={t(ending.way === "revoke" ? "eab.revokeTitle" : "eab.deleteTitle", {
            name: ending.one.name,
          })}
          lead={t(ending.way === "revoke" ? "mtls.revokeLead" : "mtls.deleteLead")}
          {...(ending.way === "revoke" ? { submit: t("eab.revokeSubmit") } : {})}
          onClose={() => setEnding(undefined)}
          remove={async () => {
            const path = { cert_id: ending.one.id };
            if (ending.way === "revoke")
              await api.post("/account/mtls/certificates/{cert_id}/revoke", { path });
            else await api.delete("/account/mtls/certificates/{cert_id}", { path });
            await refresh();
            toast(
              t(ending.way === "revoke" ? "eab.revoked" : "eab.deleted", { name: ending.one.name }),
            );
            setEnding(undefined);
          }}
        />
      )}
    </ListSection>
  );
}
