import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { refusal } from "../../../api";
import { FileArea, type ChosenFile } from "../../../components/FileArea";
import { FormDialog } from "../../../components/FormDialog";
import { toast } from "../../../components/toasts";
import { derToPem } from "../../requests/csrFile";
import { refreshAuthorities } from "../queries";

/** Brings in what was signed elsewhere: a certificate or a revocation list, as text or file. */
export function AnswerDialog(props: {
  title: string;
  lead: string;
  /** Of PEM: "CERTIFICATE" or "X509 CRL". */
  label: "CERTIFICATE" | "X509 CRL";
  field: "certificate" | "crl";
  needs: string;
  path: string;
  send: (pem: string) => Promise<string>;
  onDone?: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [text, setText] = useState("");
  const [file, setFile] = useState<ChosenFile>();
  const [tried, setTried] = useState(false);
  const pem = file ? derToPem(file.bytes, props.label) : text.trim();
  const wrong = !pem.includes(`-----BEGIN ${props.label}-----`);
  const send = useMutation({
    mutationFn: () => props.send(pem),
    onSuccess: async (said) => {
      await refreshAuthorities(queries);
      toast(said);
      props.onClose();
      props.onDone?.();
    },
  });
  const refused = refusal(send.error, props.field);
  return (
    <FormDialog
      title={props.title}
      lead={props.lead}
      send={send}
      curl={{ method: "POST", path: props.path, body: { [props.field]: pem } }}
      submit={t("offline.bringIn")}
      needs={props.needs}
      ready={!wrong}
      onTry={() => setTried(true)}
      onClose={props.onClose}
    >
      <FileArea
        label={t(props.field === "crl" ? "points.crl" : "certificate.title")}
        hint={t("request.fileHint")}
        placeholder={`-----BEGIN ${props.label}-----`}
        accept=".pem,.crt,.cer,.der,.crl"
        text={text}
        file={file}
        onText={setText}
        onFile={setFile}
        error={
          ((tried || text.trim() !== "") && wrong && t("offline.notPem", { label: props.label })) ||
          refused
        }
      />
    </FormDialog>
  );
}
