import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, refusal, type User } from "../../api";
import { useRoleText } from "../../auth/useRoleText";
import { SelectField, TextField } from "../../components/Field";
import { FormDialog } from "../../components/FormDialog";
import { toast } from "../../components/toasts";
import { isEmailOrEmpty } from "../../email";
import { rolesQuery } from "./queries";

export function EditUserDialog(props: { user: User; self: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const roleText = useRoleText();
  const { user } = props;
  const roles = useQuery(rolesQuery).data?.data.roles ?? [user.role];
  const [fullName, setFullName] = useState(user.full_name);
  const [email, setEmail] = useState(user.email);
  const [role, setRole] = useState(user.role);
  const emailOk = isEmailOrEmpty(email);

  const save = useMutation({
    mutationFn: () =>
      api.put("/users/{user_id}", {
        path: { user_id: user.id },
        body: {
          full_name: fullName.trim(),
          email: email.trim(),
          ...(role === user.role ? {} : { role }),
        },
      }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["users"] });
      toast(t("users.edited", { name: user.username }));
      props.onClose();
    },
  });
  const refused = (field: string) => refusal(save.error, field);

  return (
    <FormDialog
      title={t("users.editTitle", { name: user.username })}
      size="small"
      send={save}
      submit={t("common.save")}
      ready={emailOk}
      onClose={props.onClose}
    >
      <TextField
        label={t("account.name")}
        autoFocus
        autoComplete="off"
        value={fullName}
        onChange={setFullName}
        error={refused("full_name")}
      />
      <TextField
        label={t("account.email")}
        type="email"
        autoComplete="off"
        value={email}
        onChange={setEmail}
        error={(!emailOk && t("account.emailWrong")) || refused("email")}
      />
      {!props.self && (
        <SelectField
          label={t("users.role")}
          value={role}
          onChange={setRole}
          error={refused("role")}
          options={roles.map((value) => ({ value, label: roleText(value) }))}
        />
      )}
    </FormDialog>
  );
}
