import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, ApiError } from "../../api";
import { TextField } from "../../components/Field";
import { FormDialog } from "../../components/FormDialog";
import { toast } from "../../components/toasts";
import { RecoveryCodesDialog } from "./RecoveryCodesDialog";

/** Switching TOTP off, or replacing its recovery codes: both take a code. */
export function CodeDialog(props: { purpose: "off" | "codes"; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const off = props.purpose === "off";
  const [code, setCode] = useState("");
  const [codes, setCodes] = useState<string[]>();
  const send = useMutation({
    mutationFn: async () => {
      const body = { code: code.trim() };
      if (!off) {
        setCodes(
          (await api.post("/account/2fa/recovery-codes/regenerate", { body })).data.backup_codes,
        );
        return;
      }
      await api.post("/account/2fa/disable", { body });
      await queries.invalidateQueries({ queryKey: ["account"] });
      toast(t("secondFactor.offDone"));
      props.onClose();
    },
  });
  const refused = send.error instanceof ApiError && send.error.status < 429;
  if (codes) {
    return (
      <RecoveryCodesDialog
        codes={codes}
        onClose={() => {
          props.onClose();
          void queries.invalidateQueries({ queryKey: ["account"] });
        }}
      />
    );
  }
  return (
    <FormDialog
      title={t(off ? "secondFactor.offTitle" : "secondFactor.newCodesTitle")}
      lead={t(off ? "secondFactor.offLead" : "secondFactor.newCodesLead")}
      size="small"
      send={send}
      submit={t(off ? "secondFactor.turnOff" : "secondFactor.newCodes")}
      look={off ? "danger" : "primary"}
      ready={code.trim() !== ""}
      error={refused ? null : send.error}
      onClose={props.onClose}
    >
      <TextField
        label={t(off ? "secondFactor.codeOrRecovery" : "secondFactor.code")}
        inputMode={off ? "text" : "numeric"}
        autoComplete="one-time-code"
        autoFocus
        mono
        value={code}
        onChange={setCode}
        error={refused && t("secondFactor.wrong")}
      />
    </FormDialog>
  );
}
