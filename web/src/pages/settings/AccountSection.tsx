import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, refusal, type Data } from "../../api";
import { profileQuery } from "../../auth/session";
import { FieldRow, TextField } from "../../components/Field";
import { Moment } from "../../components/Moment";
import { Facts, Section } from "../../components/Page";
import { ClientCertificatesSection } from "./ClientCertificatesSection";
import { LoadedSection } from "./LoadedSection";
import { OwnRightsSection } from "./OwnRightsSection";
import { PasskeysSection } from "./PasskeysSection";
import { PasswordForm } from "./PasswordForm";
import { SecondFactorSection } from "./SecondFactorSection";
import { SettingsForm } from "./SettingsForm";
import { useSaved } from "./useSaved";
import { useRoleText } from "../../auth/useRoleText";
import { isEmailOrEmpty } from "../../email";

type Profile = Data<"get", "/account/profile">;

export function AccountSection() {
  const { t } = useTranslation();
  const profile = useQuery(profileQuery);
  return (
    <>
      <LoadedSection title={t("account.profile")} query={profile} lines={5}>
        {(data) => <ProfileForm profile={data} />}
      </LoadedSection>
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
  const saved = useSaved("account");
  const roleText = useRoleText();
  const [name, setName] = useState(profile.full_name ?? "");
  const [email, setEmail] = useState(profile.email ?? "");
  const save = useMutation({
    mutationFn: () =>
      api.patch("/account/profile", { body: { full_name: name.trim(), email: email.trim() } }),
    onSuccess: saved,
  });
  const emailWrong = !isEmailOrEmpty(email);
  const same = name.trim() === (profile.full_name ?? "") && email.trim() === (profile.email ?? "");
  return (
    <SettingsForm save={save} changed={!same} valid={!emailWrong}>
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
    </SettingsForm>
  );
}
