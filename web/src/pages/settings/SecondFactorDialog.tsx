import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, ApiError } from "../../api";
import { Button } from "../../components/Button";
import { Identifier } from "../../components/Copy";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Form, TextField } from "../../components/Field";
import { SkeletonLines } from "../../components/Skeleton";
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
    <Dialog
      title={t("secondFactor.turnOnTitle")}
      lead={t("secondFactor.turnOnLead")}
      locked={confirm.isPending}
      onSubmit={() => ready && given && confirm.mutate()}
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={props.onClose}>{t("common.cancel")}</Button>
          <Button
            type="submit"
            look="primary"
            busy={confirm.isPending}
            blocked={!ready && t("secondFactor.codeFirst")}
          >
            {t("secondFactor.turnOn")}
          </Button>
        </>
      }
    >
      {offer.isError ? (
        <ErrorNotice error={offer.error} onRetry={() => void offer.refetch()} />
      ) : !given ? (
        <SkeletonLines lines={6} label={t("common.loading")} />
      ) : (
        <Form>
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
            error={
              confirm.error instanceof ApiError &&
              confirm.error.status < 429 &&
              t("secondFactor.wrong")
            }
          />
          {confirm.isError &&
            !(confirm.error instanceof ApiError && confirm.error.status < 429) && (
              <ErrorNotice error={confirm.error} />
            )}
        </Form>
      )}
    </Dialog>
  );
}
