import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, type User } from "../../api";
import { useCan } from "../../auth/useCan";
import { useSession } from "../../auth/session";
import { Button } from "../../components/Button";
import { Moment } from "../../components/Moment";
import { SelectionBar } from "../../components/SelectionBar";
import { Usable } from "../../components/State";
import { toast } from "../../components/toasts";
import { useSelection } from "../../components/useSelection";
import { CreateUserDialog } from "./CreateUserDialog";
import { DeleteUsersDialog } from "./DeleteUsersDialog";
import { EditUserDialog } from "./EditUserDialog";
import { usersQuery } from "./queries";
import { ResetPasswordDialog } from "./ResetPasswordDialog";
import { RestrictionDialog } from "./RestrictionDialog";
import { UserActions, type UserDialog } from "./UserActions";
import { UserRightsDialog } from "./UserRightsDialog";
import { ListSection } from "./ListSection";
import styles from "./Settings.module.css";
import { useRoleText } from "../../auth/useRoleText";

export function UsersSection() {
  const { t } = useTranslation();
  const can = useCan();
  const queries = useQueryClient();
  const { rows: chosen, ids, clear, select } = useSelection<User>();
  const [deleting, setDeleting] = useState(false);
  const me = useSession()?.user?.id;
  const roleText = useRoleText();
  const [creating, setCreating] = useState(false);
  const [open, setOpen] = useState<{ user: User; dialog: UserDialog }>();
  const close = () => setOpen(undefined);
  const users = useQuery(usersQuery);
  const toggle = useMutation({
    mutationFn: (id: number) => api.patch("/users/{user_id}/toggle", { path: { user_id: id } }),
    onSuccess: async ({ data }) => {
      await queries.invalidateQueries({ queryKey: ["users"] });
      toast(t(data.active ? "users.enabledDone" : "users.disabledDone", { name: data.username }));
    },
  });
  const error = users.error ?? toggle.error;

  return (
    <>
      <ListSection
        title={t("settings.users")}
        create={t("users.create")}
        needs="write:users"
        error={error}
        onCreate={() => setCreating(true)}
        rows={users.data?.data}
        rowKey={({ id }) => id}
        rowName={({ username }) => username}
        selected={ids}
        {...(can("delete:users") ? { onSelect: select } : {})}
        skeleton={3}
        columns={[
          {
            id: "name",
            title: t("column.name"),
            card: "title",
            cell: (user) => (
              <span className={styles.two}>
                <b>{user.full_name || user.username}</b>
                <small>
                  {[
                    user.full_name && user.username,
                    user.email,
                    user.restricted && t("users.restricted"),
                  ]
                    .filter(Boolean)
                    .join(" · ") || "–"}
                </small>
              </span>
            ),
          },
          {
            id: "role",
            title: t("users.role"),
            card: "line",
            width: "8.5rem",
            cell: ({ role }) => roleText(role),
          },
          {
            id: "state",
            title: t("column.state"),
            card: "state",
            width: "7.5rem",
            cell: ({ active }) => <Usable usable={active} />,
          },
          {
            id: "login",
            title: t("account.lastLogin"),
            from: "medium",
            width: "9rem",
            cell: ({ last_login }) => <Moment at={last_login} />,
          },
          {
            id: "actions",
            title: t("sessions.action"),
            card: "end",
            align: "end",
            width: "5rem",
            cell: (user) => (
              <UserActions
                user={user}
                self={user.id === me}
                onToggle={() => toggle.mutate(user.id)}
                onOpen={(dialog) => setOpen({ user, dialog })}
              />
            ),
          },
        ]}
      >
        {creating && <CreateUserDialog onClose={() => setCreating(false)} />}
        {open?.dialog === "edit" && (
          <EditUserDialog user={open.user} self={open.user.id === me} onClose={close} />
        )}
        {open?.dialog === "reset" && <ResetPasswordDialog user={open.user} onClose={close} />}
        {open?.dialog === "rights" && <UserRightsDialog user={open.user} onClose={close} />}
        {open?.dialog === "restrict" && (
          <RestrictionDialog
            whom={{ kind: "user", id: open.user.id, name: open.user.username }}
            onClose={close}
          />
        )}
        {open?.dialog === "delete" && <DeleteUsersDialog users={[open.user]} onClose={close} />}
      </ListSection>
      {chosen.length > 0 && (
        <SelectionBar count={chosen.length} onClear={clear}>
          <Button
            small
            icon={Trash2}
            needs="delete:users"
            blocked={chosen.some(({ id }) => id === me) && t("users.notYourself")}
            onClick={() => setDeleting(true)}
          >
            {t("users.deleteMany", { count: chosen.length })}
          </Button>
        </SelectionBar>
      )}
      {deleting && (
        <DeleteUsersDialog users={chosen} onDone={clear} onClose={() => setDeleting(false)} />
      )}
    </>
  );
}
