import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, ApiError, type CertificateRequest } from "../../api";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Form, TextField } from "../../components/Field";
import { FileArea } from "../../components/FileArea";
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
    <Dialog
      title={t("request.keyTitle")}
      lead={t("request.keyLead")}
      locked={attach.isPending}
      onSubmit={() => {
        setTried(true);
        if (!missing) attach.mutate();
      }}
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={props.onClose}>{t("common.cancel")}</Button>
          <Button type="submit" look="primary" busy={attach.isPending}>
            {t("request.keySubmit")}
          </Button>
        </>
      }
    >
      <Form>
        <FileArea
          label={t("fact.privateKey")}
          placeholder="-----BEGIN PRIVATE KEY-----"
          accept=".key,.pem"
          text={key}
          file={undefined}
          onText={setKey}
          onFile={() => undefined}
          error={
            (tried && missing && t("request.keyMissing")) ||
            (attach.error instanceof ApiError && attach.error.reason("key"))
          }
        />
        <TextField
          label={t("request.passphrase")}
          optional={t("common.optional")}
          type="password"
          autoComplete="off"
          value={passphrase}
          onChange={setPassphrase}
        />
        {attach.isError && <ErrorNotice error={attach.error} />}
      </Form>
    </Dialog>
  );
}
