import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ListChecks, Trash2, Users } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { admin } from "../../api/admin";
import { useCan } from "../../auth/useCan";
import { Button, IconButton } from "../../components/Button";
import type { Column } from "../../components/DataTable";
import { DeleteDialog } from "../../components/DeleteDialog";
import { toast } from "../../components/toasts";
import { formatNumber } from "../../format";
import { AllowNameDialog } from "./AllowNameDialog";
import { AllowedAccountsDialog, type AllowedName } from "./AllowedAccountsDialog";
import { ListTab } from "./ListTab";
import { allowedNamesQuery } from "./queries";

/** Names, and the accounts that may order them and no others. */
export function AllowedNamesTab() {
  const { t } = useTranslation();
  const can = useCan();
  const queries = useQueryClient();
  const [adding, setAdding] = useState(false);
  const [accountsOf, setAccountsOf] = useState<string>();
  const [deleting, setDeleting] = useState<AllowedName>();
  const list = useQuery(allowedNamesQuery);
  const rows = list.data;
  const opened = rows?.find(({ id }) => id === accountsOf);
  const columns: Column<AllowedName>[] = [
    {
      id: "name",
      title: t("allowed.value"),
      card: "title",
      cell: ({ identifier_value }) => <b className="mono">{identifier_value}</b>,
    },
    {
      id: "type",
      title: t("allowed.type"),
      card: "line",
      width: "9rem",
      cell: ({ identifier_type }) => t(`allowed.type_${identifier_type}`),
    },
    {
      id: "accounts",
      title: t("allowed.accounts"),
      card: "state",
      align: "end",
      width: "9rem",
      cell: (one) => (
        <Button
          small
          look="ghost"
          icon={Users}
          aria-label={t("allowed.accountsOf", { name: one.identifier_value })}
          onClick={() => setAccountsOf(one.id)}
        >
          {formatNumber(one.account_ids.length)}
        </Button>
      ),
    },
    {
      id: "actions",
      title: t("sessions.action"),
      card: "end",
      align: "end",
      width: "5rem",
      cell: (one) =>
        can("delete:acme") && (
          <IconButton
            icon={Trash2}
            label={t("eab.deleteTitle", { name: one.identifier_value })}
            onClick={() => setDeleting(one)}
          />
        ),
    },
  ];
  return (
    <>
      <ListTab
        title={t("allowed.tab")}
        lead={t("allowed.lead")}
        create={t("allowed.add")}
        onCreate={() => setAdding(true)}
        query={list}
        columns={columns}
        rows={rows}
        rowKey={({ id }) => id}
        skeleton={3}
        none={{ icon: ListChecks, title: t("allowed.none"), text: t("allowed.noneText") }}
      />
      {adding && <AllowNameDialog onClose={() => setAdding(false)} />}
      {opened && <AllowedAccountsDialog name={opened} onClose={() => setAccountsOf(undefined)} />}
      {deleting && (
        <DeleteDialog
          title={t("eab.deleteTitle", { name: deleting.identifier_value })}
          lead={t("allowed.deleteLead")}
          onClose={() => setDeleting(undefined)}
          remove={async () => {
            await admin.delete("/allowed-identifiers/{identifier_id}", {
              path: { identifier_id: deleting.id },
            });
            await queries.invalidateQueries({ queryKey: ["acme"] });
            toast(t("eab.deleted", { name: deleting.identifier_value }));
            setDeleting(undefined);
          }}
        />
      )}
    </>
  );
}
