import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api, type User } from "../../api";
import { DeleteDialog } from "../../components/DeleteDialog";
import { toast } from "../../components/toasts";

export function DeleteUserDialog(props: { user: User; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { id, username: name } = props.user;
  return (
    <DeleteDialog
      title={t("users.deleteTitle", { name })}
      lead={t("users.deleteLead")}
      submit={t("users.deleteSubmit")}
      onClose={props.onClose}
      remove={async () => {
        await api.delete("/users/{user_id}", { path: { user_id: id } });
        await queries.invalidateQueries({ queryKey: ["users"] });
        toast(t("users.deleted", { name }));
        props.onClose();
      }}
    />
  );
}
