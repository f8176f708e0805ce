import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";

import { saveText } from "../../api/download";
import { Button } from "../../components/Button";
import { Snippet } from "../../components/Copy";
import { Dialog } from "../../components/Dialog";

/** Shown this once, so nothing but the button closes it. */
export function RecoveryCodesDialog(props: { codes: string[]; onClose: () => void }) {
  const { t } = useTranslation();
  const text = props.codes.join("\n");
  return (
    <Dialog
      title={t("secondFactor.codesTitle")}
      lead={t("secondFactor.codesLead")}
      size="small"
      locked
      onClose={props.onClose}
      footer={
        <>
          <Button icon={Download} onClick={() => saveText(`${text}\n`, "recovery-codes.txt")}>
            {t("export.button")}
          </Button>
          <Button look="primary" onClick={props.onClose}>
            {t("secondFactor.codesDone")}
          </Button>
        </>
      }
    >
      <Snippet label={t("secondFactor.codes")} text={text} />
    </Dialog>
  );
}
