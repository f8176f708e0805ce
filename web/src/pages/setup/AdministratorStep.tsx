import { ArrowRight, Eye, EyeOff } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Button, IconButton } from "../../components/Button";
import { Form, TextField } from "../../components/Field";
import { PasswordStrength } from "../../components/PasswordStrength";
import { strength } from "../../components/strength";
import { isEmailOrEmpty } from "../../email";
import styles from "./Setup.module.css";
import type { SetupRequest } from "./SetupPage";

type Admin = SetupRequest["admin"];

export function AdministratorStep(props: {
  value: Admin;
  onBack: () => void;
  onNext: (admin: Admin) => void;
}) {
  const { t } = useTranslation();
  const [username, setUsername] = useState(props.value.username);
  const [password, setPassword] = useState(props.value.password);
  const [email, setEmail] = useState(props.value.email ?? "");
  const [shown, setShown] = useState(false);
  const [tried, setTried] = useState(false);
  const nameOk = /^[\w.@-]{2,64}$/.test(username.trim());
  const passwordOk = strength(password).ok;
  const emailOk = isEmailOrEmpty(email);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (!nameOk || !passwordOk || !emailOk) return;
        props.onNext({
          username: username.trim(),
          password,
          ...(email.trim() ? { email: email.trim() } : {}),
        });
      }}
    >
      <h1>{t("setup.adminTitle")}</h1>
      <p className={styles.lead}>{t("setup.adminText")}</p>
      <Form>
        <TextField
          label={t("login.username")}
          name="username"
          autoComplete="username"
          value={username}
          onChange={setUsername}
          error={(tried || username !== props.value.username) && !nameOk && t("users.nameWrong")}
        />
        <TextField
          label={t("login.password")}
          name="password"
          type={shown ? "text" : "password"}
          autoComplete="new-password"
          autoFocus
          value={password}
          onChange={setPassword}
          error={tried && !passwordOk && t("account.passwordWeak")}
          end={
            <IconButton
              icon={shown ? EyeOff : Eye}
              label={shown ? t("login.hide") : t("login.show")}
              onClick={() => setShown(!shown)}
            />
          }
        />
        <PasswordStrength password={password} />
        <TextField
          label={t("account.email")}
          optional={t("common.optional")}
          type="email"
          autoComplete="email"
          value={email}
          onChange={setEmail}
          error={tried && !emailOk && t("account.emailWrong")}
        />
      </Form>
      <div className={styles.actions}>
        <Button look="ghost" onClick={props.onBack}>
          {t("setup.back")}
        </Button>
        <Button type="submit" look="primary">
          {t("setup.next")} <ArrowRight aria-hidden />
        </Button>
      </div>
    </form>
  );
}
