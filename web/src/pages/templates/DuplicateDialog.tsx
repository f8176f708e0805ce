import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, ApiError, type Template } from "../../api";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Form, TextField } from "../../components/Field";
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
    <Dialog
      title={t("template.duplicateTitle", { name: props.template.name })}
      lead={t("template.duplicateLead")}
      size="small"
      locked={copy.isPending}
      onSubmit={() => name.trim() && copy.mutate()}
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={props.onClose}>{t("common.cancel")}</Button>
          <Button
            type="submit"
            look="primary"
            busy={copy.isPending}
            blocked={!name.trim() && t("keys.nameMissing")}
          >
            {t("template.duplicateSubmit")}
          </Button>
        </>
      }
    >
      <Form>
        <TextField
          label={t("column.name")}
          autoFocus
          autoComplete="off"
          maxLength={100}
          value={name}
          onChange={setName}
          error={copy.error instanceof ApiError && copy.error.reason("name")}
        />
        {copy.isError && <ErrorNotice error={copy.error} />}
      </Form>
    </Dialog>
  );
}
