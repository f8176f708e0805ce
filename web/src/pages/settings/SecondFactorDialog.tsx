import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, ApiError } from "../../api";
import { Identifier } from "../../components/Copy";
import { TextField } from "../../components/Field";
import { FormDialog } from "../../components/FormDialog";
import { Pending } from "../../components/Pending";
import { RecoveryCodesDialog } from "./RecoveryCodesDialog";
import styles from "./Settings.module.css";

/** A secret for the app, a first code that proves it arrived, and the codes for when it is lost. */
export function SecondFactorDialog(props: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [code, setCode] = useState("");
  const [codes, setCodes] = useState<string[]>();
  const offer = useQuery({
    queryKey: ["totp-offer"],
    queryFn: () => api.post("/account/2fa/enable"),
    // Each question is a new secret: asked once for each dialog, and not kept.
    gcTime: 0,
    staleTime: Infinity,
    retry: false,
    refetchOnWindowFocus: false,
  });
  const confirm = useMutation({
    mutationFn: () => api.post("/account/2fa/confirm", { body: { code: code.trim() } }),
    onSuccess: ({ data }) => setCodes(data.backup_codes),
  });
  const given = offer.data?.data;
  const wrong = confirm.error instanceof ApiError && confirm.error.status < 429;
  const ready = /^\d{6}$/.test(code.replace(/\s/g, ""));

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
      title={t("secondFactor.turnOnTitle")}
      lead={t("secondFactor.turnOnLead")}
      send={confirm}
      submit={t("secondFactor.turnOn")}
      blocked={!ready && t("secondFactor.codeFirst")}
      ready={given !== undefined}
      error={wrong ? null : confirm.error}
      onClose={props.onClose}
    >
      {offer.isError || !given ? (
        <Pending query={offer} lines={6} />
      ) : (
        <>
          <div className={styles.qr}>
            <img src={given.qr_code} alt={t("secondFactor.qrAlt")} />
            <div>
              <p className="muted">{t("secondFactor.byHand")}</p>
              <Identifier text={given.secret} full />
            </div>
          </div>
          <TextField
            label={t("secondFactor.code")}
            hint={t("secondFactor.codeHint")}
            inputMode="numeric"
            autoComplete="one-time-code"
            autoFocus
            mono
            value={code}
            onChange={setCode}
            error={wrong && t("secondFactor.wrong")}
          />
        </>
      )}
    </FormDialog>
  );
}
