import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api } from "../../api";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
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
  const remove = useMutation({
    mutationFn: async () => {
      if (kind === "role") await api.delete("/rbac/roles/{role}", { path: { role: id } });
      else await api.delete("/groups/{group_id}", { path: { group_id: id } });
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: [kind === "role" ? "roles" : "groups"] });
      toast(t("users.deleted", { name }));
      props.onClose();
    },
  });
  return (
    <Dialog
      title={t("users.deleteTitle", { name })}
      lead={t(`${kind}.deleteLead`)}
      size="small"
      locked={remove.isPending}
      onSubmit={() => remove.mutate()}
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={props.onClose}>{t("common.cancel")}</Button>
          <Button type="submit" look="danger" busy={remove.isPending}>
            {t("request.deleteSubmit")}
          </Button>
        </>
      }
    >
      {remove.isError && <ErrorNotice error={remove.error} />}
    </Dialog>
  );
}
