import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, ApiError } from "../../api";
import { asCurl } from "../../api/curl";
import { Button } from "../../components/Button";
import { CopyCurl } from "../../components/Copy";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Checkbox, Form } from "../../components/Field";
import { FileArea } from "../../components/FileArea";
import { toast } from "../../components/toasts";

/** Takes templates as this or another server wrote them down. */
export function ImportTemplatesDialog(props: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [text, setText] = useState("");
  const [update, setUpdate] = useState(false);
  const [tried, setTried] = useState(false);
  const body = { json_content: text, update_existing: update };
  const keep = useMutation({
    mutationFn: () => api.post("/templates/import", { body }),
    onSuccess: async ({ data }) => {
      await queries.invalidateQueries({ queryKey: ["templates"] });
      toast(
        [
          t("template.importedNew", { count: data.imported }),
          data.updated > 0 && t("template.importedChanged", { count: data.updated }),
          data.skipped > 0 && t("template.importedKept", { count: data.skipped }),
        ]
          .filter(Boolean)
          .join(" "),
      );
      props.onClose();
    },
  });
  const wrong = !isJson(text);
  const refused = keep.error instanceof ApiError ? keep.error.reason("json_content") : undefined;

  return (
    <Dialog
      title={t("template.importTitle")}
      lead={t("template.importLead")}
      locked={keep.isPending}
      onSubmit={() => {
        setTried(true);
        if (!wrong) keep.mutate();
      }}
      onClose={props.onClose}
      footer={
        <>
          <CopyCurl text={() => asCurl({ method: "POST", path: "/templates/import", body })} />
          <Button onClick={props.onClose}>{t("common.cancel")}</Button>
          <Button type="submit" look="primary" busy={keep.isPending} needs="write:templates">
            {t("import.submit")}
          </Button>
        </>
      }
    >
      <Form>
        <FileArea
          label={t("import.content")}
          placeholder={'[{ "name": "…" }]'}
          accept=".json,application/json"
          rows={8}
          text={text}
          file={undefined}
          onText={setText}
          onFile={() => undefined}
          error={((tried || text.trim() !== "") && wrong && t("template.importWrong")) || refused}
        />
        <Checkbox label={t("template.importUpdate")} checked={update} onChange={setUpdate} />
        {keep.isError && <ErrorNotice error={keep.error} />}
      </Form>
    </Dialog>
  );
}

function isJson(text: string) {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}
