import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, refusal } from "../../api";
import { FieldRow, SelectField, TextField } from "../../components/Field";
import { FormDialog } from "../../components/FormDialog";
import { PasswordStrength } from "../../components/PasswordStrength";
import { strength } from "../../components/strength";
import { toast } from "../../components/toasts";
import { useRoleText } from "../../auth/useRoleText";
import { isEmailOrEmpty } from "../../email";
import { rolesQuery } from "./queries";

export function CreateUserDialog(props: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const roleText = useRoleText();
  const roles = useQuery(rolesQuery).data?.data.roles;
  const [username, setUsername] = useState("");
  const [fullName, setFullName] = useState("");
  const [email, setEmail] = useState("");
  const [role, setRole] = useState("viewer");
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);

  const create = useMutation({
    mutationFn: () =>
      api.post("/users", {
        body: {
          username: username.trim(),
          password,
          role,
          ...(email.trim() ? { email: email.trim() } : {}),
          ...(fullName.trim() ? { full_name: fullName.trim() } : {}),
        },
      }),
    onSuccess: async ({ data }) => {
      await queries.invalidateQueries({ queryKey: ["users"] });
      toast(t("users.created", { name: data.username }));
      props.onClose();
    },
  });
  const refused = (field: string) => refusal(create.error, field);
  const nameOk = /^[\w.@-]{2,64}$/.test(username.trim());
  const emailOk = isEmailOrEmpty(email);
  const passwordOk = strength(password).ok;

  return (
    <FormDialog
      title={t("users.create")}
      send={create}
      submit={t("users.submit")}
      ready={nameOk && emailOk && passwordOk}
      onTry={() => setTried(true)}
      onClose={props.onClose}
    >
      <FieldRow>
        <TextField
          label={t("login.username")}
          autoFocus
          autoComplete="off"
          value={username}
          onChange={setUsername}
          error={(tried && !nameOk && t("users.nameWrong")) || refused("username")}
        />
        <TextField
          label={t("account.name")}
          optional={t("common.optional")}
          autoComplete="off"
          value={fullName}
          onChange={setFullName}
        />
      </FieldRow>
      <FieldRow>
        <TextField
          label={t("account.email")}
          optional={t("common.optional")}
          type="email"
          autoComplete="off"
          value={email}
          onChange={setEmail}
          error={(!emailOk && t("account.emailWrong")) || refused("email")}
        />
        <SelectField
          label={t("users.role")}
          value={role}
          onChange={setRole}
          options={(roles ?? ["admin", "operator", "auditor", "viewer"]).map((value) => ({
            value,
            label: roleText(value),
          }))}
        />
      </FieldRow>
      <TextField
        label={t("login.password")}
        type="password"
        autoComplete="new-password"
        value={password}
        onChange={setPassword}
        error={(tried && !passwordOk && t("account.passwordWeak")) || refused("password")}
      />
      <PasswordStrength password={password} />
    </FormDialog>
  );
}
