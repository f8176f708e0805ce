import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { CirclePause, CirclePlay, Pencil, Plug, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../../api";
import { useCan } from "../../auth/useCan";
import { Button } from "../../components/Button";
import { DataTable, type Column } from "../../components/DataTable";
import { DeleteDialog } from "../../components/DeleteDialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { MenuItem, MenuLine, RowMenu } from "../../components/Menu";
import { OnOff } from "../../components/State";
import { toast } from "../../components/toasts";
import { casQuery } from "../authorities/queries";
import styles from "./Enrolment.module.css";
import { servicesQuery } from "./queries";
import { saveService } from "./saveService";
import { ServiceDialog } from "./ServiceDialog";
import type { Service } from "./serviceDraft";

/** ACME servers with rules of their own: who may order what, proved how, issued by whom. */
export function ServicesTab() {
  const { t } = useTranslation();
  const can = useCan();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [editing, setEditing] = useState<Service | "new">();
  const [deleting, setDeleting] = useState<string>();
  const list = useQuery(servicesQuery);
  const cas = useQuery(casQuery).data?.data ?? [];
  const toggle = useMutation({
    mutationFn: ({ name, enabled }: Service) => saveService(name, { enabled: !enabled }),
    onSuccess: async (_, { name, enabled }) => {
      await queries.invalidateQueries({ queryKey: ["acme"] });
      toast(t(enabled ? "service.disabledDone" : "service.enabledDone", { name }));
    },
  });
  const columns: Column<Service>[] = [
    {
      id: "name",
      title: t("column.name"),
      card: "title",
      cell: (service) => (
        <span className={styles.two}>
          <button type="button" className={styles.open} onClick={() => setEditing(service)}>
            {service.name}
          </button>
          <small className="muted">{service.description || service.directory_url}</small>
        </span>
      ),
    },
    {
      id: "state",
      title: t("column.state"),
      card: "state",
      width: "7rem",
      cell: ({ enabled }) => <OnOff on={enabled} />,
    },
    {
      id: "issuer",
      title: t("column.issuer"),
      from: "medium",
      width: "22%",
      cell: ({ issuing_ca_id }) =>
        cas.find(({ id }) => id === issuing_ca_id)?.name ?? (
          <span className="muted">{t("mtls.anyAuthority")}</span>
        ),
    },
    {
      id: "who",
      title: t("service.who"),
      card: "line",
      width: "11rem",
      cell: ({ eab_required, require_approval }) => (
        <span className={styles.two}>
          {t(eab_required ? "service.withCredential" : "service.anyClient")}
          {require_approval && <small className="muted">{t("service.approved")}</small>}
        </span>
      ),
    },
    {
      id: "challenges",
      title: t("enrolment.challenges"),
      from: "large",
      width: "18%",
      cell: ({ challenge_types }) => challenge_types.join(", "),
    },
    {
      id: "actions",
      title: t("sessions.action"),
      card: "end",
      align: "end",
      width: "5rem",
      cell: (service) => (
        <RowMenu label={t("users.actions", { name: service.name })}>
          <MenuItem
            icon={Plug}
            onSelect={() => void navigate({ to: "/enrolment", search: { service: service.name } })}
          >
            {t("enrolment.howTo")}
          </MenuItem>
          <MenuItem icon={Pencil} onSelect={() => setEditing(service)}>
            {t("users.edit")}
          </MenuItem>
          <MenuItem
            icon={service.enabled ? CirclePause : CirclePlay}
            disabled={!can("write:acme")}
            onSelect={() => toggle.mutate(service)}
          >
            {t(service.enabled ? "users.disable" : "users.enable")}
          </MenuItem>
          {service.name !== "default" && (
            <>
              <MenuLine />
              <MenuItem
                icon={Trash2}
                danger
                disabled={!can("delete:acme")}
                onSelect={() => setDeleting(service.name)}
              >
                {t("users.delete")}
              </MenuItem>
            </>
          )}
        </RowMenu>
      ),
    },
  ];
  const error = list.error ?? toggle.error;
  return (
    <>
      <div className={styles.intro}>
        <p className="muted">{t("service.lead")}</p>
        <Button look="primary" icon={Plus} needs="write:acme" onClick={() => setEditing("new")}>
          {t("service.create")}
        </Button>
      </div>
      {error && <ErrorNotice error={error} onRetry={() => void list.refetch()} />}
      {!list.isError && (
        <div className={styles.list}>
          <DataTable
            caption={t("service.tab")}
            columns={columns}
            rows={list.data?.data}
            rowKey={({ name }) => name}
            skeleton={2}
            onOpen={setEditing}
          />
        </div>
      )}
      {editing && (
        <ServiceDialog
          service={editing === "new" ? undefined : editing}
          onClose={() => setEditing(undefined)}
        />
      )}
      {deleting && (
        <DeleteDialog
          title={t("eab.deleteTitle", { name: deleting })}
          lead={t("service.deleteLead")}
          onClose={() => setDeleting(undefined)}
          remove={async () => {
            await api.delete("/acme/services/{name}", { path: { name: deleting } });
            await queries.invalidateQueries({ queryKey: ["acme"] });
            toast(t("eab.deleted", { name: deleting }));
            setDeleting(undefined);
          }}
        />
      )}
    </>
  );
}
