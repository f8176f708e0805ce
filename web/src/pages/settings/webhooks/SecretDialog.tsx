import { useTranslation } from "react-i18next";

import { Button } from "../../../components/Button";
import { Snippet } from "../../../components/Copy";
import { Dialog } from "../../../components/Dialog";

/** The secret that signs what is sent, this once. */
export function SecretDialog(props: { secret: string; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog
      title={t("eab.createdTitle")}
      lead={t("webhook.secretLead")}
      locked
      onClose={props.onClose}
      footer={
        <Button look="primary" onClick={props.onClose}>
          {t("eab.createdDone")}
        </Button>
      }
    >
      <Snippet label={t("webhook.secret")} text={props.secret} wrap />
    </Dialog>
  );
}
