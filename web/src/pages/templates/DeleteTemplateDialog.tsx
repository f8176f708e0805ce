import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api, type Template } from "../../api";
import { DeleteDialog } from "../../components/DeleteDialog";
import { toast } from "../../components/toasts";

export function DeleteTemplateDialog(props: {
  template: Template;
  onDone: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { id, name } = props.template;
  return (
    <DeleteDialog
      title={t("template.deleteTitle", { name })}
      lead={t("template.deleteLead")}
      onClose={props.onClose}
      remove={async () => {
        await api.delete("/templates/{template_id}", { path: { template_id: id } });
        toast(t("template.deleted", { name }));
        props.onClose();
        props.onDone();
        await queries.invalidateQueries({ queryKey: ["templates"] });
      }}
    />
  );
}
