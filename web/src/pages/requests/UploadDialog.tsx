import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, refusal } from "../../api";
import { FieldRow, TextField } from "../../components/Field";
import { FileArea, type ChosenFile } from "../../components/FileArea";
import { FormDialog } from "../../components/FormDialog";
import { toast } from "../../components/toasts";
import { looksLikeCsr } from "../certificates/issueForm";
import { requestText } from "./csrFile";
import { refreshRequests } from "./queries";

/** Keeps a request whose key was made elsewhere. */
export function UploadDialog(props: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [text, setText] = useState("");
  const [file, setFile] = useState<ChosenFile>();
  const [name, setName] = useState("");
  const [department, setDepartment] = useState("");
  const [tried, setTried] = useState(false);
  const pem = requestText(text, file);
  const body = {
    pem,
    ...(name.trim() ? { name: name.trim() } : {}),
    ...(department.trim() ? { department: department.trim() } : {}),
  };
  const upload = useMutation({
    mutationFn: () => api.post("/csrs/upload", { body }),
    onSuccess: async ({ data }) => {
      await refreshRequests(queries);
      toast(t("request.uploaded", { name: data.name }));
      props.onClose();
      await navigate({ to: "/requests/$id", params: { id: String(data.id) } });
    },
  });
  const refused = (field: string) => refusal(upload.error, field);
  const wrong = !looksLikeCsr(pem);

  return (
    <FormDialog
      title={t("request.uploadTitle")}
      lead={t("request.uploadLead")}
      send={upload}
      curl={{ method: "POST", path: "/csrs/upload", body }}
      submit={t("request.keep")}
      needs="write:csrs"
      ready={!wrong}
      onTry={() => setTried(true)}
      onClose={props.onClose}
    >
      <FileArea
        label={t("issue.csr")}
        hint={t("request.fileHint")}
        placeholder="-----BEGIN CERTIFICATE REQUEST-----"
        accept=".csr,.req,.pem,.der,.p10"
        text={text}
        file={file}
        onText={setText}
        onFile={setFile}
        error={((tried || text.trim() !== "") && wrong && t("issue.csrWrong")) || refused("pem")}
      />
      <FieldRow>
        <TextField
          label={t("column.name")}
          optional={t("common.optional")}
          hint={t("request.nameHint")}
          value={name}
          onChange={setName}
          maxLength={200}
          error={refused("name")}
        />
        <TextField
          label={t("request.department")}
          optional={t("common.optional")}
          value={department}
          onChange={setDepartment}
          maxLength={200}
          error={refused("department")}
        />
      </FieldRow>
    </FormDialog>
  );
}
