import { useTranslation } from "react-i18next";

import { Snippet } from "../../../components/Copy";
import { OnceDialog } from "../../../components/OnceDialog";

/** The secret that signs what is sent, this once. */
export function SecretDialog(props: { secret: string; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <OnceDialog
      title={t("eab.createdTitle")}
      lead={t("webhook.secretLead")}
      done={t("eab.createdDone")}
      onClose={props.onClose}
    >
      <Snippet label={t("webhook.secret")} text={props.secret} wrap />
    </OnceDialog>
  );
}
