import { useQuery, useQueryClient } from "@tanstack/react-query";
import { FlaskConical, Pencil, Scale, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { admin } from "../../api/admin";
import { useCan } from "../../auth/useCan";
import { Button } from "../../components/Button";
import type { Column } from "../../components/DataTable";
import { DeleteDialog } from "../../components/DeleteDialog";
import { MenuItem, MenuLine, RowMenu } from "../../components/Menu";
import { Moment } from "../../components/Moment";
import { toast } from "../../components/toasts";
import { CsrProfileDialog, type CsrProfile } from "./CsrProfileDialog";
import { isRules } from "./csrRules";
import { CsrTestDialog } from "./CsrTestDialog";
import styles from "./Enrolment.module.css";
import { ListTab } from "./ListTab";
import { profilesQuery } from "./queries";

/** What requests must be like, beyond the names that were ordered. */
export function CsrProfilesTab() {
  const { t } = useTranslation();
  const can = useCan();
  const queries = useQueryClient();
  const [open, setOpen] = useState<{
    profile?: CsrProfile;
    dialog: "edit" | "test" | "delete";
  }>();
  const close = () => setOpen(undefined);
  const list = useQuery(profilesQuery);
  const rows = list.data;
  const columns: Column<CsrProfile>[] = [
    {
      id: "name",
      title: t("column.name"),
      card: "title",
      cell: (profile) => (
        <span className={styles.two}>
          <button
            type="button"
            className={styles.open}
            onClick={() => setOpen({ profile, dialog: "edit" })}
          >
            {profile.name}
          </button>
          {profile.description && <small className="muted">{profile.description}</small>}
        </span>
      ),
    },
    {
      id: "rules",
      title: t("csrProfile.rules"),
      card: "line",
      width: "9rem",
      cell: ({ profile_data }) =>
        t("csrProfile.count", {
          count: isRules(profile_data) ? Object.keys(profile_data).length : 0,
        }),
    },
    {
      id: "changed",
      title: t("csrProfile.changed"),
      from: "medium",
      width: "9rem",
      cell: ({ updated_at }) => <Moment at={updated_at} />,
    },
    {
      id: "test",
      title: t("csrProfile.test"),
      card: "state",
      align: "end",
      width: "11rem",
      cell: (profile) => (
        <Button
          small
          icon={FlaskConical}
          aria-label={`${t("csrProfile.test")}: ${profile.name}`}
          onClick={() => setOpen({ profile, dialog: "test" })}
        >
          {t("csrProfile.test")}
        </Button>
      ),
    },
    {
      id: "actions",
      title: t("sessions.action"),
      card: "end",
      align: "end",
      width: "5rem",
      cell: (profile) => (
        <RowMenu label={t("users.actions", { name: profile.name })}>
          <MenuItem icon={Pencil} onSelect={() => setOpen({ profile, dialog: "edit" })}>
            {t("users.edit")}
          </MenuItem>
          <MenuLine />
          <MenuItem
            icon={Trash2}
            danger
            disabled={!can("delete:acme")}
            onSelect={() => setOpen({ profile, dialog: "delete" })}
          >
            {t("users.delete")}
          </MenuItem>
        </RowMenu>
      ),
    },
  ];
  return (
    <>
      <ListTab
        title={t("csrProfile.tab")}
        lead={t("csrProfile.lead")}
        create={t("csrProfile.create")}
        onCreate={() => setOpen({ dialog: "edit" })}
        query={list}
        columns={columns}
        rows={rows}
        rowKey={({ id }) => id}
        skeleton={3}
        onOpen={(profile) => setOpen({ profile, dialog: "edit" })}
        none={{ icon: Scale, title: t("csrProfile.none"), text: t("csrProfile.noneText") }}
      />
      {open?.dialog === "edit" && <CsrProfileDialog profile={open.profile} onClose={close} />}
      {open?.dialog === "test" && open.profile && (
        <CsrTestDialog profile={open.profile} onClose={close} />
      )}
      {open?.dialog === "delete" && open.profile && (
        <DeleteDialog
          title={t("eab.deleteTitle", { name: open.profile.name })}
          lead={t("csrProfile.deleteLead")}
          onClose={close}
          remove={async () => {
            const { id, name } = open.profile ?? { id: "", name: "" };
            await admin.delete("/csr-profiles/{profile_id}", { path: { profile_id: id } });
            await queries.invalidateQueries({ queryKey: ["acme"] });
            toast(t("eab.deleted", { name }));
            close();
          }}
        />
      )}
    </>
  );
}
