import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { CircleCheck, CircleX, Globe, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, type Data } from "../../api";
import { useCan } from "../../auth/useCan";
import { IconButton } from "../../components/Button";
import type { Column } from "../../components/DataTable";
import { DeleteDialog } from "../../components/DeleteDialog";
import { Pager } from "../../components/Pager";
import { Label } from "../../components/State";
import { toast } from "../../components/toasts";
import { DomainDialog } from "./DomainDialog";
import { ListTab } from "./ListTab";
import { TryName } from "./TryName";

export type Domain = Data<"get", "/acme/domains">[number];

const route = getRouteApi("/shell/enrolment");

/** Rules of single domains and all below them, for every service. */
export function DomainsTab() {
  const { t } = useTranslation();
  const can = useCan();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { page = 1 } = route.useSearch();
  const [editing, setEditing] = useState<Domain | "new">();
  const [deleting, setDeleting] = useState<Domain>();
  const list = useQuery({
    queryKey: ["acme", "domains", page],
    queryFn: () => api.get("/acme/domains", { query: { page, per_page: 50 } }),
    placeholderData: keepPreviousData,
  });
  const rows = list.data?.data;
  const columns: Column<Domain>[] = [
    {
      id: "domain",
      title: t("domain.domain"),
      card: "title",
      cell: (domain) => <b className="mono">{domain.domain}</b>,
    },
    {
      id: "rule",
      title: t("domain.rule"),
      card: "state",
      width: "9rem",
      cell: ({ rule }) =>
        rule === "allow" ? (
          <Label tone="active" icon={CircleCheck} text={t("domain.rule_allow")} />
        ) : (
          <Label tone="expired" icon={CircleX} text={t("domain.rule_deny")} />
        ),
    },
    {
      id: "terms",
      title: t("domain.terms"),
      card: "line",
      width: "16rem",
      cell: ({ rule, is_wildcard_allowed, auto_approve }) =>
        rule === "deny"
          ? "–"
          : [
              t(auto_approve ? "domain.noProof" : "domain.proof"),
              !is_wildcard_allowed && t("domain.noWildcards"),
            ]
              .filter(Boolean)
              .join(", "),
    },
    {
      id: "issuer",
      title: t("column.issuer"),
      from: "medium",
      width: "20%",
      cell: ({ issuing_ca_name }) =>
        issuing_ca_name ?? <span className="muted">{t("domain.ofService")}</span>,
    },
    {
      id: "actions",
      title: t("sessions.action"),
      card: "end",
      align: "end",
      width: "7rem",
      cell: (domain) => (
        <>
          {can("write:acme") && (
            <IconButton
              icon={Pencil}
              label={t("users.editTitle", { name: domain.domain })}
              onClick={() => setEditing(domain)}
            />
          )}
          {can("delete:acme") && (
            <IconButton
              icon={Trash2}
              label={t("eab.deleteTitle", { name: domain.domain })}
              onClick={() => setDeleting(domain)}
            />
          )}
        </>
      ),
    },
  ];
  return (
    <>
      <ListTab
        title={t("domain.tab")}
        lead={t("domain.lead")}
        create={t("domain.add")}
        onCreate={() => setEditing("new")}
        query={list}
        columns={columns}
        rows={rows}
        rowKey={({ id }) => id}
        skeleton={3}
        none={{ icon: Globe, title: t("domain.none"), text: t("domain.noneText") }}
      />
      <Pager
        meta={list.data?.meta}
        shown={rows?.length ?? 0}
        onPage={(next) =>
          void navigate({ to: "/enrolment", search: { tab: "domains", page: next } })
        }
      />
      <TryName />
      {editing && (
        <DomainDialog
          domain={editing === "new" ? undefined : editing}
          onClose={() => setEditing(undefined)}
        />
      )}
      {deleting && (
        <DeleteDialog
          title={t("eab.deleteTitle", { name: deleting.domain })}
          lead={t("domain.deleteLead")}
          onClose={() => setDeleting(undefined)}
          remove={async () => {
            await api.delete("/acme/domains/{domain_id}", { path: { domain_id: deleting.id } });
            await queries.invalidateQueries({ queryKey: ["acme"] });
            toast(t("eab.deleted", { name: deleting.domain }));
            setDeleting(undefined);
          }}
        />
      )}
    </>
  );
}
