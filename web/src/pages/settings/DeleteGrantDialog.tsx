import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api } from "../../api";
import { DeleteDialog } from "../../components/DeleteDialog";
import { toast } from "../../components/toasts";

export function DeleteGrantDialog(props: {
  kind: "role" | "group";
  id: string | number;
  name: string;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { kind, id, name } = props;
  return (
    <DeleteDialog
      title={t("users.deleteTitle", { name })}
      lead={t(`${kind}.deleteLead`)}
      onClose={props.onClose}
      remove={async () => {
        if (kind === "role") await api.delete("/rbac/roles/{role}", { path: { role: id } });
        else await api.delete("/groups/{group_id}", { path: { group_id: id } });
        await queries.invalidateQueries({ queryKey: [kind === "role" ? "roles" : "groups"] });
        toast(t("users.deleted", { name }));
        props.onClose();
      }}
    />
  );
}
