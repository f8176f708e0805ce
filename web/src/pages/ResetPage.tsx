import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { api, refusal } from "../api";
import { Button, ButtonLink } from "../components/Button";
import { ErrorNotice } from "../components/ErrorNotice";
import { Form, TextField } from "../components/Field";
import { PasswordStrength } from "../components/PasswordStrength";
import { strength } from "../components/strength";
import { toast } from "../components/toasts";
import { EntryFrame } from "./EntryFrame";
import styles from "./LoginPage.module.css";

/** Where the link in the mail leads. Its token stands behind the #, which no server and no log sees. */
export function ResetPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [token] = useState(() => new URLSearchParams(window.location.hash.slice(1)).get("token"));
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const set = useMutation({
    mutationFn: () => api.post("/auth/reset-password", { body: { token: token ?? "", password } }),
    onSuccess: () => {
      toast(t("forgot.done"));
      void navigate({ to: "/login", search: {} });
    },
  });
  useEffect(() => {
    document.title = `${t("forgot.newTitle")} · Certwright`;
    window.history.replaceState(window.history.state, "", window.location.pathname);
  }, [t]);
  const refused = refusal(set.error, "password");
  return (
    <EntryFrame>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (strength(password).ok && !set.isPending) set.mutate();
        }}
      >
        <h1>{t("forgot.newTitle")}</h1>
        <p className={styles.host}>{t(token ? "forgot.newText" : "forgot.noToken")}</p>
        <Form>
          {token && (
            <>
              <TextField
                label={t("account.newPassword")}
                name="new-password"
                type="password"
                autoComplete="new-password"
                autoFocus
                value={password}
                onChange={setPassword}
                error={(tried && !strength(password).ok && t("account.passwordWeak")) || refused}
              />
              <PasswordStrength password={password} />
              {set.isError && !refused && <ErrorNotice error={set.error} />}
              <Button type="submit" look="primary" busy={set.isPending}>
                {t("users.resetSubmit")}
              </Button>
            </>
          )}
          <ButtonLink to="/forgot-password" look="ghost">
            {t("forgot.again")}
          </ButtonLink>
        </Form>
      </form>
    </EntryFrame>
  );
}
