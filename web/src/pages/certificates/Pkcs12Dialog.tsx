import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { downloadPost } from "../../api/download";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Form, TextField } from "../../components/Field";

export function Pkcs12Dialog(props: {
  path: string;
  fileName: string;
  name: string;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [password, setPassword] = useState("");
  const download = useMutation({
    mutationFn: () =>
      downloadPost(
        props.path,
        { format: "pkcs12", include_chain: true, include_key: true, password },
        props.fileName,
      ),
    onSuccess: props.onClose,
  });
  const short = password.length < 8;
  return (
    <Dialog
      title={t("export.pkcs12Title", { name: props.name })}
      lead={t("export.pkcs12Lead")}
      size="small"
      locked={download.isPending}
      onSubmit={() => !short && download.mutate()}
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={props.onClose}>{t("common.cancel")}</Button>
          <Button
            type="submit"
            look="primary"
            busy={download.isPending}
            blocked={short && t("export.passwordShort")}
          >
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
          autoFocus
          hint={t("export.passwordHint")}
          value={password}
          onChange={setPassword}
        />
        {download.isError && <ErrorNotice error={download.error} />}
      </Form>
    </Dialog>
  );
}
