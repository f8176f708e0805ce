import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, refusal } from "../../api";
import { Checkbox } from "../../components/Field";
import { FileArea } from "../../components/FileArea";
import { FormDialog } from "../../components/FormDialog";
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
  const refused = refusal(keep.error, "json_content");

  return (
    <FormDialog
      title={t("template.importTitle")}
      lead={t("template.importLead")}
      send={keep}
      curl={{ method: "POST", path: "/templates/import", body }}
      submit={t("import.submit")}
      needs="write:templates"
      ready={!wrong}
      onTry={() => setTried(true)}
      onClose={props.onClose}
    >
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
    </FormDialog>
  );
}

function isJson(text: string) {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}
