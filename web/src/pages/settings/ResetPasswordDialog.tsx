import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, refusal, type User } from "../../api";
import { TextField } from "../../components/Field";
import { FormDialog } from "../../components/FormDialog";
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
    <FormDialog
      title={t("users.resetTitle", { name: props.user.username })}
      lead={t("users.resetLead")}
      size="small"
      send={reset}
      submit={t("users.resetSubmit")}
      ready={good}
      onTry={() => setTried(true)}
      onClose={props.onClose}
    >
      <TextField
        label={t("account.newPassword")}
        type="password"
        autoComplete="new-password"
        autoFocus
        value={password}
        onChange={setPassword}
        error={
          (tried && !good && t("account.passwordWeak")) || refusal(reset.error, "new_password")
        }
      />
      <PasswordStrength password={password} />
    </FormDialog>
  );
}
