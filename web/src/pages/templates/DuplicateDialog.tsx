import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, refusal, type Template } from "../../api";
import { TextField } from "../../components/Field";
import { FormDialog } from "../../components/FormDialog";
import { toast } from "../../components/toasts";

/** The way to rules of one's own: begin with those that are there. */
export function DuplicateDialog(props: { template: Template; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState(t("template.copyOf", { name: props.template.name }));
  const copy = useMutation({
    mutationFn: () =>
      api.post("/templates/{template_id}/duplicate", {
        path: { template_id: props.template.id },
        body: { name: name.trim() },
      }),
    onSuccess: async ({ data }) => {
      await queries.invalidateQueries({ queryKey: ["templates"] });
      toast(t("template.created", { name: data.name }));
      props.onClose();
      await navigate({ to: "/templates/$id", params: { id: String(data.id) } });
    },
  });
  return (
    <FormDialog
      title={t("template.duplicateTitle", { name: props.template.name })}
      lead={t("template.duplicateLead")}
      size="small"
      send={copy}
      submit={t("template.duplicateSubmit")}
      blocked={!name.trim() && t("keys.nameMissing")}
      onClose={props.onClose}
    >
      <TextField
        label={t("column.name")}
        autoFocus
        autoComplete="off"
        maxLength={100}
        value={name}
        onChange={setName}
        error={refusal(copy.error, "name")}
      />
    </FormDialog>
  );
}
