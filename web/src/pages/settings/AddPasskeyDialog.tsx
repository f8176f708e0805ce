import { useMutation } from "@tanstack/react-query";
import { Fingerprint } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../../api";
import { makePasskey, passkeyProblem } from "../../auth/passkey";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Form, TextField } from "../../components/Field";
import { toast } from "../../components/toasts";
import { describeAgent } from "./agent";
import styles from "./Settings.module.css";

/** Names a passkey, then lets the browser make it. */
export function AddPasskeyDialog(props: {
  /** The codes come with the first second factor. */
  onAdded: (recoveryCodes: string[]) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [name, setName] = useState(describeAgent(navigator.userAgent).name);
  const add = useMutation({
    mutationFn: async () => {
      const { data } = await api.post("/account/webauthn/register/options", {});
      const credential = await makePasskey(data);
      return api.post("/account/webauthn/register/verify", {
        body: { name: name.trim(), credential },
      });
    },
    onSuccess: ({ data }) => {
      toast(t("passkey.added", { name: data.name }));
      props.onClose();
      props.onAdded(data.backup_codes);
    },
  });
  const problem = passkeyProblem(add.error);
  return (
    <Dialog
      title={t("passkey.addTitle")}
      lead={t("passkey.addLead")}
      size="small"
      locked={add.isPending}
      onSubmit={() => name.trim() && add.mutate()}
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={props.onClose}>{t("common.cancel")}</Button>
          <Button
            type="submit"
            look="primary"
            icon={Fingerprint}
            busy={add.isPending}
            blocked={!name.trim() && t("keys.nameMissing")}
          >
            {t("passkey.continue")}
          </Button>
        </>
      }
    >
      <Form>
        <TextField
          label={t("column.name")}
          hint={t("passkey.nameHint")}
          value={name}
          onChange={setName}
          maxLength={64}
        />
        {problem ? (
          <p className={styles.intro} role="alert">
            {t(`passkey.problem_${problem}`)}
          </p>
        ) : (
          add.isError && <ErrorNotice error={add.error} />
        )}
      </Form>
    </Dialog>
  );
}
