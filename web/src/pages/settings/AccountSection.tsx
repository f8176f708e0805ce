import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, refusal, type Data } from "../../api";
import { profileQuery } from "../../auth/session";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { FieldRow, TextField } from "../../components/Field";
import { Moment } from "../../components/Moment";
import { Facts, Section } from "../../components/Page";
import { Pending } from "../../components/Pending";
import { toast } from "../../components/toasts";
import { ClientCertificatesSection } from "./ClientCertificatesSection";
import { OwnRightsSection } from "./OwnRightsSection";
import { PasskeysSection } from "./PasskeysSection";
import { PasswordForm } from "./PasswordForm";
import { SecondFactorSection } from "./SecondFactorSection";
import styles from "./Settings.module.css";
import { useRoleText } from "../../auth/useRoleText";

type Profile = Data<"get", "/account/profile">;

export function AccountSection() {
  const { t } = useTranslation();
  const profile = useQuery(profileQuery);
  return (
    <>
      <Section title={t("account.profile")} card>
        {profile.isError || !profile.data ? (
          <Pending query={profile} lines={5} />
        ) : (
          <ProfileForm profile={profile.data.data} />
        )}
      </Section>
      <Section title={t("account.password")} card>
        <PasswordForm />
      </Section>
      <SecondFactorSection />
      <PasskeysSection />
      <ClientCertificatesSection />
      <OwnRightsSection />
    </>
  );
}

function ProfileForm({ profile }: { profile: Profile }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const roleText = useRoleText();
  const [name, setName] = useState(profile.full_name ?? "");
  const [email, setEmail] = useState(profile.email ?? "");
  const save = useMutation({
    mutationFn: () =>
      api.patch("/account/profile", { body: { full_name: name.trim(), email: email.trim() } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["account"] });
      toast(t("common.saved"));
    },
  });
  const emailWrong = email.trim() !== "" && !/^[^\s@]+@[^\s@]+$/.test(email.trim());
  const same = name.trim() === (profile.full_name ?? "") && email.trim() === (profile.email ?? "");
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!emailWrong && !same) save.mutate();
      }}
    >
      <Facts
        facts={[
          [t("login.username"), profile.username],
          [t("users.role"), roleText(profile.role)],
          [t("account.lastLogin"), <Moment key="last" at={profile.last_login} />],
        ]}
      />
      <FieldRow>
        <TextField
          label={t("account.name")}
          autoComplete="name"
          autoCapitalize="words"
          value={name}
          onChange={setName}
        />
        <TextField
          label={t("account.email")}
          type="email"
          autoComplete="email"
          value={email}
          onChange={setEmail}
          error={(emailWrong && t("account.emailWrong")) || refusal(save.error, "email")}
        />
      </FieldRow>
      {save.isError && <ErrorNotice error={save.error} />}
      <div className={styles.actions}>
        <Button
          type="submit"
          look="primary"
          busy={save.isPending}
          blocked={same && t("common.nothingChanged")}
        >
          {t("common.save")}
        </Button>
      </div>
    </form>
  );
}
