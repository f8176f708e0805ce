import { useQuery } from "@tanstack/react-query";
import { Eye, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, type User } from "../../api";
import { useCan } from "../../auth/useCan";
import { useRoleText } from "../../auth/useRoleText";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { MenuItem, MenuLine, RowMenu } from "../../components/Menu";
import { DeleteGrantDialog } from "./DeleteGrantDialog";
import { permissionsQuery, rolesQuery, usersQuery } from "./queries";
import { RightsDialog } from "./RightsDialog";
import { RightsGrid } from "./RightsGrid";
import { RolesMatrix } from "./RolesMatrix";
import { ListSection } from "./ListSection";
import styles from "./Settings.module.css";

const builtIn = ["admin", "operator", "auditor", "viewer"];

/** Who may do what: four roles that come with the program, and one's own. */
export function RolesSection() {
  const { t } = useTranslation();
  const can = useCan();
  const roleText = useRoleText();
  const [open, setOpen] = useState<{ role: string; dialog: "show" | "edit" | "delete" }>();
  const [creating, setCreating] = useState(false);
  const roles = useQuery(rolesQuery);
  const close = () => setOpen(undefined);
  const all = roles.data?.data;
  const rightsOf = (role: string) => all?.role_permissions[role] ?? [];
  const people = useQuery(usersQuery).data?.data;
  const holders = (role: string) => (people ?? []).filter((user) => user.role === role);
  const names = useQuery(permissionsQuery).data?.data.permissions;
  return (
    <>
      <ListSection
        title={t("settings.roles")}
        create={t("role.create")}
        needs="admin:users"
        error={roles.error}
        onRetry={() => void roles.refetch()}
        onCreate={() => setCreating(true)}
        rows={all?.roles}
        rowKey={(role) => role}
        skeleton={4}
        columns={[
          {
            id: "name",
            title: t("column.name"),
            card: "title",
            cell: (role) => <b className={styles.strong}>{roleText(role)}</b>,
          },
          {
            id: "people",
            title: t("role.heldBy"),
            card: "line",
            named: true,
            cell: (role) => people && <Holders users={holders(role)} />,
          },
          {
            id: "rights",
            title: t("keys.rights"),
            card: "line",
            width: "10rem",
            cell: (role) =>
              rightsOf(role).includes("*")
                ? t("role.everything")
                : t("keys.count", { count: rightsOf(role).length }),
          },
          {
            id: "origin",
            title: t("template.origin"),
            card: "state",
            width: "9rem",
            cell: (role) => t(builtIn.includes(role) ? "template.builtIn" : "template.own"),
          },
          {
            id: "actions",
            title: t("sessions.action"),
            card: "end",
            align: "end",
            width: "5rem",
            cell: (role) => (
              <RowMenu label={t("users.actions", { name: roleText(role) })}>
                <MenuItem icon={Eye} onSelect={() => setOpen({ role, dialog: "show" })}>
                  {t("role.show")}
                </MenuItem>
                {!builtIn.includes(role) && (
                  <>
                    <MenuItem
                      icon={Pencil}
                      disabled={!can("admin:users")}
                      onSelect={() => setOpen({ role, dialog: "edit" })}
                    >
                      {t("users.edit")}
                    </MenuItem>
                    <MenuLine />
                    <MenuItem
                      icon={Trash2}
                      danger
                      disabled={!can("admin:users")}
                      onSelect={() => setOpen({ role, dialog: "delete" })}
                    >
                      {t("users.delete")}
                    </MenuItem>
                  </>
                )}
              </RowMenu>
            ),
          },
        ]}
      >
        {creating && <RightsDialog kind="role" onClose={() => setCreating(false)} />}
        {open?.dialog === "show" && (
          <RoleDialog
            role={open.role}
            rights={rightsOf(open.role)}
            users={holders(open.role)}
            onClose={close}
          />
        )}
        {open?.dialog === "edit" && <EditRole role={open.role} onClose={close} />}
        {open?.dialog === "delete" && (
          <DeleteGrantDialog kind="role" id={open.role} name={open.role} onClose={close} />
        )}
      </ListSection>
      {all && names && (
        <RolesMatrix
          all={names}
          roles={all.roles.map((role) => ({
            role,
            rights: rightsOf(role),
            people: people && holders(role).length,
          }))}
        />
      )}
    </>
  );
}

const shown = 3;

/** Who has a role: a few by name, and how many more. */
function Holders({ users }: { users: User[] }) {
  const { t } = useTranslation();
  if (users.length === 0) return <span className="faint">{t("role.nobody")}</span>;
  const more = users.length - shown;
  return (
    <span>
      {users
        .slice(0, shown)
        .map(({ full_name, username }) => full_name || username)
        .join(", ")}
      {more > 0 && ` ${t("role.more", { count: more })}`}
    </span>
  );
}

function RoleDialog(props: { role: string; rights: string[]; users: User[]; onClose: () => void }) {
  const { t } = useTranslation();
  const roleText = useRoleText();
  const all = useQuery(permissionsQuery).data?.data.permissions ?? [];
  return (
    <Dialog
      title={roleText(props.role)}
      onClose={props.onClose}
      footer={
        <Button look="primary" onClick={props.onClose}>
          {t("common.close")}
        </Button>
      }
    >
      {/* It may be longer than the dialog, so the keyboard must reach it. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className={styles.form} tabIndex={0} role="region" aria-label={t("keys.rights")}>
        <div>
          <b className={styles.strong}>{t("role.heldBy")}</b>
          {props.users.length === 0 ? (
            <p className="muted">{t("role.nobody")}</p>
          ) : (
            <ul className={styles.members}>
              {props.users.map(({ id, full_name, username }) => (
                <li key={id}>{full_name ? `${full_name} (${username})` : username}</li>
              ))}
            </ul>
          )}
        </div>
        <RightsGrid caption={t("keys.rights")} all={all} chosen={props.rights} />
      </div>
    </Dialog>
  );
}

function EditRole(props: { role: string; onClose: () => void }) {
  const role = useQuery({
    queryKey: ["roles", props.role],
    queryFn: () => api.get("/rbac/roles/{role}", { path: { role: props.role } }),
  }).data?.data;
  if (!role) return null;
  return <RightsDialog kind="role" before={{ ...role, id: props.role }} onClose={props.onClose} />;
}
