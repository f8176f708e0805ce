import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, ApiError, type Data } from "../api";
import { Button } from "../components/Button";
import { ErrorNotice } from "../components/ErrorNotice";
import { Form, TextField } from "../components/Field";
import styles from "./LoginPage.module.css";

export type SignedIn = Data<"post", "/auth/login/2fa">;

/** The second step of signing in: a code of the app, or one of the codes kept for when it is lost. */
export function SecondStep(props: { onDone: (data: SignedIn) => void; onBack: () => void }) {
  const { t } = useTranslation();
  const [code, setCode] = useState("");
  const [lost, setLost] = useState(false);
  const verify = useMutation({
    mutationFn: () => api.post("/auth/login/2fa", { body: { code: code.trim() } }),
    onSuccess: ({ data }) => props.onDone(data),
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
        {t(lost ? "secondFactor.recoveryText" : "secondFactor.signInText")}
      </p>
      <Form>
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
        <Button
          look="ghost"
          onClick={() => {
            setCode("");
            setLost(!lost);
          }}
        >
          {t(lost ? "secondFactor.useApp" : "secondFactor.useRecovery")}
        </Button>
        <Button look="ghost" onClick={props.onBack}>
          {t("secondFactor.other")}
        </Button>
      </Form>
    </form>
  );
}
