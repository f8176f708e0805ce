import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api, type User } from "../../api";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { toast } from "../../components/toasts";

export function DeleteUserDialog(props: { user: User; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const name = props.user.username;
  const remove = useMutation({
    mutationFn: () => api.delete("/users/{user_id}", { path: { user_id: props.user.id } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["users"] });
      toast(t("users.deleted", { name }));
      props.onClose();
    },
  });
  return (
    <Dialog
      title={t("users.deleteTitle", { name })}
      size="small"
      locked={remove.isPending}
      onSubmit={() => remove.mutate()}
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={props.onClose}>{t("common.cancel")}</Button>
          <Button type="submit" look="danger" busy={remove.isPending}>
            {t("users.deleteSubmit")}
          </Button>
        </>
      }
    >
      <p>{t("users.deleteLead")}</p>
      {remove.isError && <ErrorNotice error={remove.error} />}
    </Dialog>
  );
}
