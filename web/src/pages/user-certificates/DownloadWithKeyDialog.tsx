import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ApiError } from "../../api";
import { downloadPost, fileStem } from "../../api/download";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Form, TextField } from "../../components/Field";
import type { UserCertificate } from "./UserCertificatesPage";

const shortest = 8;

/** Certificate, chain and key in one encrypted file, for a browser or a phone. */
export function DownloadWithKeyDialog(props: {
  certificate: UserCertificate;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { id, common_name: name } = props.certificate;
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const short = password.length < shortest;
  const download = useMutation({
    mutationFn: () =>
      downloadPost(
        `/user-certificates/${id}/export`,
        { format: "pkcs12", include_key: true, include_chain: true, password },
        `${fileStem(name)}.p12`,
      ),
    onSuccess: props.onClose,
  });
  return (
    <Dialog
      title={t("export.title", { name })}
      lead={t("export.hint_pkcs12")}
      size="small"
      locked={download.isPending}
      onSubmit={() => {
        setTried(true);
        if (!short) download.mutate();
      }}
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={props.onClose}>{t("common.cancel")}</Button>
          <Button type="submit" look="primary" busy={download.isPending}>
            {t("export.download")}
          </Button>
        </>
      }
    >
      <Form>
        <TextField
          label={t("login.password")}
          type="password"
          autoComplete="new-password"
          hint={t("export.passwordHint")}
          value={password}
          onChange={setPassword}
          error={
            (tried && short && t("export.passwordShort")) ||
            (download.error instanceof ApiError ? download.error.reason("password") : undefined)
          }
        />
        {download.isError && <ErrorNotice error={download.error} />}
      </Form>
    </Dialog>
  );
}
