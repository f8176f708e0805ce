import { useQuery } from "@tanstack/react-query";
import { ListFilter, Pencil, Trash2, Users } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, type Group } from "../../api";
import { useCan } from "../../auth/useCan";
import { EmptyState } from "../../components/EmptyState";
import { MenuItem, MenuLine, RowMenu } from "../../components/Menu";
import { formatNumber } from "../../format";
import { DeleteGrantDialog } from "./DeleteGrantDialog";
import { MembersDialog } from "./MembersDialog";
import { RestrictionDialog } from "./RestrictionDialog";
import { RightsDialog } from "./RightsDialog";
import { ListSection } from "./ListSection";
import styles from "./Settings.module.css";

/** Groups add rights to those that the role of a member has. */
export function GroupsSection() {
  const { t } = useTranslation();
  const can = useCan();
  const [open, setOpen] = useState<{
    group: Group;
    dialog: "edit" | "members" | "restrict" | "delete";
  }>();
  const [creating, setCreating] = useState(false);
  const groups = useQuery({ queryKey: ["groups", "list"], queryFn: () => api.get("/groups") });
  const close = () => setOpen(undefined);
  return (
    <ListSection
      title={t("settings.groups")}
      create={t("group.create")}
      needs="write:groups"
      error={groups.error}
      onRetry={() => void groups.refetch()}
      onCreate={() => setCreating(true)}
      rows={groups.data?.data}
      rowKey={({ id }) => id}
      skeleton={3}
      empty={
        <EmptyState icon={Users} title={t("group.none")}>
          {t("group.lead")}
        </EmptyState>
      }
      columns={[
        {
          id: "name",
          title: t("column.name"),
          card: "title",
          cell: (group) => (
            <span className={styles.two}>
              <b>{group.name}</b>
              <small>
                {[group.description, group.restricted && t("group.restricted")]
                  .filter(Boolean)
                  .join(" · ") || "–"}
              </small>
            </span>
          ),
        },
        {
          id: "members",
          title: t("group.members"),
          card: "line",
          width: "9rem",
          cell: ({ member_count }) => (
            <span className="num">
              {t("group.count", { count: member_count, n: formatNumber(member_count) })}
            </span>
          ),
        },
        {
          id: "rights",
          title: t("keys.rights"),
          from: "medium",
          width: "8rem",
          cell: ({ permissions }) => t("keys.count", { count: permissions.length }),
        },
        {
          id: "actions",
          title: t("sessions.action"),
          card: "end",
          align: "end",
          width: "5rem",
          cell: (group) => (
            <RowMenu label={t("users.actions", { name: group.name })}>
              <MenuItem icon={Users} onSelect={() => setOpen({ group, dialog: "members" })}>
                {t("group.membersOpen")}
              </MenuItem>
              <MenuItem
                icon={Pencil}
                disabled={!can("write:groups")}
                onSelect={() => setOpen({ group, dialog: "edit" })}
              >
                {t("users.edit")}
              </MenuItem>
              <MenuItem
                icon={ListFilter}
                disabled={!can("admin:users")}
                onSelect={() => setOpen({ group, dialog: "restrict" })}
              >
                {t("users.restrict")}
              </MenuItem>
              <MenuLine />
              <MenuItem
                icon={Trash2}
                danger
                disabled={!can("delete:groups")}
                onSelect={() => setOpen({ group, dialog: "delete" })}
              >
                {t("users.delete")}
              </MenuItem>
            </RowMenu>
          ),
        },
      ]}
    >
      {creating && <RightsDialog kind="group" onClose={() => setCreating(false)} />}
      {open?.dialog === "edit" && <RightsDialog kind="group" before={open.group} onClose={close} />}
      {open?.dialog === "members" && <MembersDialog group={open.group} onClose={close} />}
      {open?.dialog === "restrict" && (
        <RestrictionDialog
          whom={{ kind: "group", id: open.group.id, name: open.group.name }}
          onClose={close}
        />
      )}
      {open?.dialog === "delete" && (
        <DeleteGrantDialog kind="group" id={open.group.id} name={open.group.name} onClose={close} />
      )}
    </ListSection>
  );
}
