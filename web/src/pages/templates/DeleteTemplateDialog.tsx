import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api, type Template } from "../../api";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { toast } from "../../components/toasts";

export function DeleteTemplateDialog(props: {
  template: Template;
  onDone: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { template } = props;
  const remove = useMutation({
    mutationFn: () =>
      api.delete("/templates/{template_id}", { path: { template_id: template.id } }),
    onSuccess: async () => {
      toast(t("template.deleted", { name: template.name }));
      props.onClose();
      props.onDone();
      await queries.invalidateQueries({ queryKey: ["templates"] });
    },
  });
  return (
    <Dialog
      title={t("template.deleteTitle", { name: template.name })}
      lead={t("template.deleteLead")}
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
