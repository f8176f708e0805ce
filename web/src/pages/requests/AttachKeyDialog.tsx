import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, refusal, type CertificateRequest } from "../../api";
import { TextField } from "../../components/Field";
import { FileArea } from "../../components/FileArea";
import { FormDialog } from "../../components/FormDialog";
import { toast } from "../../components/toasts";
import { refreshRequests } from "./queries";

/** The key must be the one that signed the request; the server checks. */
export function AttachKeyDialog(props: { request: CertificateRequest; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [key, setKey] = useState("");
  const [passphrase, setPassphrase] = useState("");
  const [tried, setTried] = useState(false);
  const attach = useMutation({
    mutationFn: () =>
      api.post("/csrs/{csr_id}/key", {
        path: { csr_id: props.request.id },
        body: { key: key.trim(), ...(passphrase ? { passphrase } : {}) },
      }),
    onSuccess: async () => {
      await refreshRequests(queries);
      toast(t("request.keyKept"));
      props.onClose();
    },
  });
  const missing = !/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(key);
  return (
    <FormDialog
      title={t("request.keyTitle")}
      lead={t("request.keyLead")}
      send={attach}
      submit={t("request.keySubmit")}
      ready={!missing}
      onTry={() => setTried(true)}
      onClose={props.onClose}
    >
      <FileArea
        label={t("fact.privateKey")}
        placeholder="-----BEGIN PRIVATE KEY-----"
        accept=".key,.pem"
        text={key}
        file={undefined}
        onText={setKey}
        onFile={() => undefined}
        error={(tried && missing && t("request.keyMissing")) || refusal(attach.error, "key")}
      />
      <TextField
        label={t("request.passphrase")}
        optional={t("common.optional")}
        type="password"
        autoComplete="off"
        value={passphrase}
        onChange={setPassphrase}
      />
    </FormDialog>
  );
}
