import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { refusal } from "../../api";
import { downloadPost, fileStem } from "../../api/download";
import { TextField } from "../../components/Field";
import { FormDialog } from "../../components/FormDialog";
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
    <FormDialog
      title={t("export.title", { name })}
      lead={t("export.hint_pkcs12")}
      size="small"
      send={download}
      submit={t("export.download")}
      ready={!short}
      onTry={() => setTried(true)}
      onClose={props.onClose}
    >
      <TextField
        label={t("login.password")}
        type="password"
        autoComplete="new-password"
        hint={t("export.passwordHint")}
        value={password}
        onChange={setPassword}
        error={(tried && short && t("export.passwordShort")) || refusal(download.error, "password")}
      />
    </FormDialog>
  );
}
