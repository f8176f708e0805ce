import {
  CirclePause,
  CirclePlay,
  KeyRound,
  ListChecks,
  ListFilter,
  Pencil,
  Trash2,
} from "lucide-react";
import { useTranslation } from "react-i18next";

import type { User } from "../../api";
import { useCan } from "../../auth/useCan";
import { MenuItem, MenuLine, RowMenu } from "../../components/Menu";

export type UserDialog = "edit" | "reset" | "rights" | "restrict" | "delete";

export function UserActions(props: {
  user: User;
  self: boolean;
  onToggle: () => void;
  onOpen: (dialog: UserDialog) => void;
}) {
  const { t } = useTranslation();
  const can = useCan();
  const { user, self } = props;
  const notYourself = self ? t("users.notYourself") : undefined;
  return (
    <RowMenu label={t("users.actions", { name: user.username })}>
      <MenuItem icon={Pencil} disabled={!can("write:users")} onSelect={() => props.onOpen("edit")}>
        {t("users.edit")}
      </MenuItem>
      <MenuItem
        icon={KeyRound}
        hint={notYourself}
        disabled={self || !can("write:users")}
        onSelect={() => props.onOpen("reset")}
      >
        {t("users.reset")}
      </MenuItem>
      <MenuItem
        icon={ListChecks}
        disabled={!can("admin:users")}
        onSelect={() => props.onOpen("rights")}
      >
        {t("users.rights")}
      </MenuItem>
      <MenuItem
        icon={ListFilter}
        hint={user.role === "admin" ? t("users.notAdministrators") : undefined}
        disabled={user.role === "admin" || !can("admin:users")}
        onSelect={() => props.onOpen("restrict")}
      >
        {t("users.restrict")}
      </MenuItem>
      <MenuItem
        icon={user.active ? CirclePause : CirclePlay}
        hint={notYourself}
        disabled={self || !can("write:users")}
        onSelect={props.onToggle}
      >
        {t(user.active ? "users.disable" : "users.enable")}
      </MenuItem>
      <MenuLine />
      <MenuItem
        icon={Trash2}
        danger
        hint={notYourself}
        disabled={self || !can("delete:users")}
        onSelect={() => props.onOpen("delete")}
      >
        {t("users.delete")}
      </MenuItem>
    </RowMenu>
  );
}
