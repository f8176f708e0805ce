import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import {
  Ban,
  CircleCheck,
  CirclePause,
  CirclePlay,
  Hourglass,
  KeyRound,
  Pencil,
  Trash2,
} from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, ApiError, type EabCredential } from "../../api";
import { useCan } from "../../auth/useCan";
import { Identifier } from "../../components/Copy";
import type { Column } from "../../components/DataTable";
import { MenuItem, MenuLine, RowMenu } from "../../components/Menu";
import { Moment } from "../../components/Moment";
import { Pager } from "../../components/Pager";
import { Label } from "../../components/State";
import { toast } from "../../components/toasts";
import { formatNumber } from "../../format";
import { CreateCredentialDialog } from "./CreateCredentialDialog";
import { EditCredentialDialog } from "./EditCredentialDialog";
import { EndCredentialDialog } from "./EndCredentialDialog";
import styles from "./Enrolment.module.css";
import { ListTab } from "./ListTab";

const route = getRouteApi("/shell/enrolment");

const looks = {
  active: { tone: "active", icon: CircleCheck },
  used: { tone: "idle", icon: CircleCheck },
  expired: { tone: "expired", icon: Hourglass },
  disabled: { tone: "idle", icon: CirclePause },
  revoked: { tone: "revoked", icon: Ban },
} as const;

/** Who may make an ACME account, and for which names. */
export function CredentialsTab() {
  const { t } = useTranslation();
  const can = useCan();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { page = 1 } = route.useSearch();
  const [creating, setCreating] = useState(false);
  const [editing, setEditing] = useState<EabCredential>();
  const [ending, setEnding] = useState<{ credential: EabCredential; way: "revoke" | "delete" }>();
  const list = useQuery({
    queryKey: ["acme", "eab", page],
    queryFn: () => api.get("/acme/eab-credentials", { query: { page, per_page: 50 } }),
    placeholderData: keepPreviousData,
  });
  const nameOf = (credential: EabCredential) => credential.description || credential.kid;
  const toggle = useMutation({
    mutationFn: (credential: EabCredential) =>
      api.patch("/acme/eab-credentials/{credential_id}", {
        path: { credential_id: credential.id },
        body: { enabled: !credential.enabled },
      }),
    onSuccess: async ({ data }) => {
      await queries.invalidateQueries({ queryKey: ["acme", "eab"] });
      toast(t(data.enabled ? "eab.enabledDone" : "eab.disabledDone", { name: nameOf(data) }));
    },
    onError: (error) => toast(error instanceof ApiError ? error.message : t("error.unexpected")),
  });
  const columns: Column<EabCredential>[] = [
    {
      id: "name",
      title: t("column.name"),
      card: "title",
      cell: (credential) => (
        <span className={styles.two}>
          <b>{nameOf(credential)}</b>
          <Identifier text={credential.kid} />
        </span>
      ),
    },
    {
      id: "state",
      title: t("column.state"),
      card: "state",
      width: "8rem",
      cell: ({ status }) => <Label {...looks[status]} text={t(`eab.status_${status}`)} />,
    },
    {
      id: "names",
      title: t("eab.names"),
      from: "medium",
      width: "24%",
      cell: ({ allowed_names }) =>
        allowed_names.length > 0 ? (
          <span className={styles.clip} title={allowed_names.join(", ")}>
            {allowed_names.join(", ")}
          </span>
        ) : (
          <span className="muted">{t("eab.anyName")}</span>
        ),
    },
    {
      id: "used",
      title: t("eab.uses"),
      from: "large",
      align: "end",
      width: "5.5rem",
      cell: ({ used }) => <span className="num">{formatNumber(used)}</span>,
    },
    {
      id: "expires",
      title: t("eab.expires"),
      card: "line",
      named: true,
      width: "10rem",
      cell: ({ expires_at }) =>
        expires_at ? <Moment at={expires_at} as="day" /> : t("keys.unlimited"),
    },
    {
      id: "actions",
      title: t("sessions.action"),
      card: "end",
      align: "end",
      width: "5rem",
      cell: (credential) => (
        <RowMenu label={t("users.actions", { name: nameOf(credential) })}>
          <MenuItem
            icon={Pencil}
            disabled={!can("write:acme") || credential.status === "revoked"}
            onSelect={() => setEditing(credential)}
          >
            {t("users.edit")}
          </MenuItem>
          <MenuItem
            icon={credential.enabled ? CirclePause : CirclePlay}
            disabled={!can("write:acme") || credential.status === "revoked"}
            onSelect={() => toggle.mutate(credential)}
          >
            {t(credential.enabled ? "users.disable" : "users.enable")}
          </MenuItem>
          <MenuLine />
          <MenuItem
            icon={Ban}
            danger
            disabled={!can("write:acme") || credential.status === "revoked"}
            onSelect={() => setEnding({ credential, way: "revoke" })}
          >
            {t("eab.revoke")}
          </MenuItem>
          <MenuItem
            icon={Trash2}
            danger
            disabled={!can("delete:acme")}
            onSelect={() => setEnding({ credential, way: "delete" })}
          >
            {t("eab.delete")}
          </MenuItem>
        </RowMenu>
      ),
    },
  ];
  const rows = list.data?.data;
  return (
    <>
      <ListTab
        title={t("eab.tab")}
        lead={t("eab.lead")}
        create={t("eab.create")}
        onCreate={() => setCreating(true)}
        query={list}
        columns={columns}
        rows={rows}
        rowKey={({ id }) => id}
        skeleton={4}
        none={{ icon: KeyRound, title: t("eab.none"), text: t("eab.noneText") }}
      />
      <Pager
        meta={list.data?.meta}
        shown={rows?.length ?? 0}
        onPage={(next) =>
          void navigate({ to: "/enrolment", search: { tab: "credentials", page: next } })
        }
      />
      {creating && <CreateCredentialDialog onClose={() => setCreating(false)} />}
      {editing && (
        <EditCredentialDialog credential={editing} onClose={() => setEditing(undefined)} />
      )}
      {ending && (
        <EndCredentialDialog
          credential={ending.credential}
          way={ending.way}
          onClose={() => setEnding(undefined)}
        />
      )}
    </>
  );
}
