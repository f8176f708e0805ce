import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, ApiError } from "../api";
import { passkeysWork } from "../auth/passkey";
import { Button } from "../components/Button";
import { ErrorNotice } from "../components/ErrorNotice";
import { Form, TextField } from "../components/Field";
import { PasskeyButton } from "./PasskeyButton";
import styles from "./LoginPage.module.css";

/** The second step of signing in: a passkey, a code of the app, or one kept for when both are lost. */
export function SecondStep(props: {
  /** What there is: totp, webauthn, recovery_code. */
  factors: string[];
  onDone: () => Promise<void>;
  onBack: () => void;
}) {
  const { t } = useTranslation();
  const [code, setCode] = useState("");
  const passkey = props.factors.includes("webauthn") && passkeysWork();
  const app = props.factors.includes("totp");
  const [lost, setLost] = useState(!app && !passkey);
  const asksCode = app || lost;
  const verify = useMutation({
    mutationFn: () => api.post("/auth/login/2fa", { body: { code: code.trim() } }),
    onSuccess: () => props.onDone(),
    onError: () => setCode(""),
  });
  const wrong = verify.error instanceof ApiError && [400, 401].includes(verify.error.status);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (code.trim() && !verify.isPending) verify.mutate();
      }}
    >
      <h1>{t("secondFactor.signIn")}</h1>
      <p className={styles.host}>
        {t(
          lost
            ? "secondFactor.recoveryText"
            : app
              ? "secondFactor.signInText"
              : "secondFactor.passkeyText",
        )}
      </p>
      <Form>
        {passkey && !lost && (
          <PasskeyButton
            label={t("passkey.use")}
            look={app ? "plain" : "primary"}
            onDone={props.onDone}
          />
        )}
        {asksCode && (
          <>
            <TextField
              key={lost ? "recovery" : "code"}
              label={t(lost ? "secondFactor.recoveryCode" : "secondFactor.code")}
              name="code"
              autoFocus
              autoComplete="one-time-code"
              inputMode={lost ? "text" : "numeric"}
              value={code}
              onChange={setCode}
              error={wrong && t("secondFactor.wrong")}
              mono
            />
            {verify.isError && !wrong && <ErrorNotice error={verify.error} />}
            <Button type="submit" look="primary" busy={verify.isPending}>
              {t("login.submit")}
            </Button>
          </>
        )}
        <Button
          look="ghost"
          onClick={() => {
            setCode("");
            setLost(!lost);
          }}
        >
          {t(
            lost
              ? app
                ? "secondFactor.useApp"
                : "passkey.use"
              : app
                ? "secondFactor.useRecovery"
                : "passkey.lost",
          )}
        </Button>
        <Button look="ghost" onClick={props.onBack}>
          {t("secondFactor.other")}
        </Button>
      </Form>
    </form>
  );
}
