import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, refusal } from "../../api";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { FieldRow, TextField } from "../../components/Field";
import { PasswordStrength } from "../../components/PasswordStrength";
import { strength } from "../../components/strength";
import { toast } from "../../components/toasts";
import styles from "./Settings.module.css";

/** Changes one's own password; the one in use proves that it is oneself. */
export function PasswordForm(props: { onDone?: () => void }) {
  const { t } = useTranslation();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const change = useMutation({
    mutationFn: () =>
      api.post("/account/password", { body: { current_password: current, new_password: next } }),
    onSuccess: () => {
      setCurrent("");
      setNext("");
      toast(t("account.passwordDone"));
      props.onDone?.();
    },
  });
  const ready = current !== "" && strength(next).ok;
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) change.mutate();
      }}
    >
      <FieldRow>
        <TextField
          label={t("account.currentPassword")}
          type="password"
          autoComplete="current-password"
          autoFocus={props.onDone !== undefined}
          value={current}
          onChange={setCurrent}
        />
        <div className={styles.password}>
          <TextField
            label={t("account.newPassword")}
            type="password"
            autoComplete="new-password"
            value={next}
            onChange={setNext}
            error={refusal(change.error, "new_password")}
          />
          <PasswordStrength password={next} />
        </div>
      </FieldRow>
      {change.isError && <ErrorNotice error={change.error} />}
      <div className={styles.actions}>
        <Button
          type="submit"
          look="primary"
          busy={change.isPending}
          blocked={!ready && t("account.passwordFirst")}
        >
          {t("account.changePassword")}
        </Button>
      </div>
    </form>
  );
}
