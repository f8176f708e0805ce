import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, ApiError, type User } from "../../api";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Form, TextField } from "../../components/Field";
import { PasswordStrength } from "../../components/PasswordStrength";
import { strength } from "../../components/strength";
import { toast } from "../../components/toasts";

export function ResetPasswordDialog(props: { user: User; onClose: () => void }) {
  const { t } = useTranslation();
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const good = strength(password).ok;
  const reset = useMutation({
    mutationFn: () =>
      api.post("/users/{user_id}/reset-password", {
        path: { user_id: props.user.id },
        body: { new_password: password },
      }),
    onSuccess: () => {
      toast(t("users.resetDone", { name: props.user.username }));
      props.onClose();
    },
  });
  return (
    <Dialog
      title={t("users.resetTitle", { name: props.user.username })}
      lead={t("users.resetLead")}
      size="small"
      locked={reset.isPending}
      onSubmit={() => {
        setTried(true);
        if (good) reset.mutate();
      }}
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={props.onClose}>{t("common.cancel")}</Button>
          <Button type="submit" look="primary" busy={reset.isPending}>
            {t("users.resetSubmit")}
          </Button>
        </>
      }
    >
      <Form>
        <TextField
          label={t("account.newPassword")}
          type="password"
          autoComplete="new-password"
          autoFocus
          value={password}
          onChange={setPassword}
          error={
            (tried && !good && t("account.passwordWeak")) ||
            (reset.error instanceof ApiError && reset.error.reason("new_password"))
          }
        />
        <PasswordStrength password={password} />
        {reset.isError && <ErrorNotice error={reset.error} />}
      </Form>
    </Dialog>
  );
}
