import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../api";
import { Button, ButtonLink } from "../components/Button";
import { ErrorNotice } from "../components/ErrorNotice";
import { Form, TextField } from "../components/Field";
import { isEmail } from "../email";
import { EntryFrame } from "./EntryFrame";
import styles from "./LoginPage.module.css";

/** Asks for a link by mail. What it says is the same for every address. */
export function ForgotPage() {
  const { t } = useTranslation();
  const [email, setEmail] = useState("");
  const [tried, setTried] = useState(false);
  const ask = useMutation({
    mutationFn: () => api.post("/auth/forgot-password", { body: { email: email.trim() } }),
  });
  useEffect(() => {
    document.title = `${t("forgot.title")} · Certwright`;
  }, [t]);
  const wrong = !isEmail(email);
  return (
    <EntryFrame>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (!wrong && !ask.isPending) ask.mutate();
        }}
      >
        <h1>{t("forgot.title")}</h1>
        <p className={styles.host}>{t("forgot.text")}</p>
        {ask.isSuccess && (
          <p className={styles.note} role="status">
            {t("forgot.sent")}
          </p>
        )}
        <Form>
          <TextField
            label={t("account.email")}
            name="email"
            type="email"
            autoComplete="email"
            autoFocus
            value={email}
            onChange={setEmail}
            error={tried && wrong && t("account.emailWrong")}
          />
          {ask.isError && <ErrorNotice error={ask.error} />}
          <Button type="submit" look="primary" busy={ask.isPending}>
            {t("forgot.submit")}
          </Button>
          <ButtonLink to="/login" look="ghost">
            {t("forgot.back")}
          </ButtonLink>
        </Form>
      </form>
    </EntryFrame>
  );
}
