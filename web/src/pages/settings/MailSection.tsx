import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api, refusal, type Data } from "../../api";
import { useCan } from "../../auth/useCan";
import { Checkbox, FieldRow, SelectField, TextField } from "../../components/Field";
import { OnOff } from "../../components/State";
import { LoadedSection } from "./LoadedSection";
import { MailQueue } from "./MailQueue";
import { MailTest } from "./MailTest";
import { SettingsForm } from "./SettingsForm";
import { useDraft, wholeNumber } from "./useDraft";
import { useSaved } from "./useSaved";
import { TrustField } from "./TrustField";

type Mail = Data<"get", "/settings/email">;
const kinds = ["both", "text", "html"] as const;

/** How the server sends mail: to those who forgot a password, and about what runs out. */
export function MailSection() {
  const { t } = useTranslation();
  const can = useCan();
  const mail = useQuery({
    queryKey: ["settings", "mail"],
    queryFn: () => api.get("/settings/email"),
  });
  return (
    <>
      <LoadedSection
        title={t("mail.title")}
        query={mail}
        lines={7}
        aside={({ enabled }) => <OnOff on={enabled} />}
      >
        {(data) => <MailForm mail={data} />}
      </LoadedSection>
      {mail.data && <MailTest ready={mail.data.data.enabled} />}
      {can("admin:system") && <MailQueue />}
    </>
  );
}

function MailForm({ mail }: { mail: Mail }) {
  const { t } = useTranslation();
  const saved = useSaved("settings", "mail");
  const { draft, set, changed } = useDraft({
    enabled: mail.enabled,
    smtp_host: mail.smtp_host,
    smtp_port: String(mail.smtp_port),
    smtp_tls: mail.smtp_tls,
    smtp_auth: mail.smtp_auth,
    smtp_username: mail.smtp_username,
    smtp_password: "",
    from_email: mail.from_email,
    from_name: mail.from_name,
    smtp_content_type: mail.smtp_content_type,
    smtp_ca_certificate: mail.smtp_ca_certificate,
  });
  const save = useMutation({
    mutationFn: () => {
      const body = Object.fromEntries(changed.map((name) => [name, draft[name]]));
      if (changed.includes("smtp_port"))
        Object.assign(body, { smtp_port: Number(draft.smtp_port) });
      return api.patch("/settings/email", { body });
    },
    onSuccess: () => {
      set("smtp_password")("");
      return saved();
    },
  });
  const refused = (field: string) => refusal(save.error, field);
  const portOk = wholeNumber(draft.smtp_port, 1, 65_535) !== undefined;
  const hostMissing = draft.enabled && !draft.smtp_host.trim();
  return (
    <SettingsForm
      save={save}
      changed={changed.length > 0}
      valid={portOk && !hostMissing}
      needs="admin:system"
    >
      <Checkbox label={t("mail.enabled")} checked={draft.enabled} onChange={set("enabled")} />
      <FieldRow>
        <TextField
          label={t("mail.host")}
          placeholder="mail.example.com"
          value={draft.smtp_host}
          onChange={set("smtp_host")}
          error={(hostMissing && t("mail.hostMissing")) || refused("smtp_host")}
        />
        <TextField
          label={t("mail.port")}
          hint={t("mail.portHint")}
          inputMode="numeric"
          value={draft.smtp_port}
          onChange={set("smtp_port")}
          error={(!portOk && t("mail.portWrong")) || refused("smtp_port")}
        />
      </FieldRow>
      <FieldRow>
        <TextField
          label={t("mail.from")}
          type="email"
          placeholder="certwright@example.com"
          value={draft.from_email}
          onChange={set("from_email")}
          error={refused("from_email")}
        />
        <TextField
          label={t("mail.fromName")}
          value={draft.from_name}
          onChange={set("from_name")}
          error={refused("from_name")}
        />
      </FieldRow>
      <Checkbox label={t("mail.tls")} checked={draft.smtp_tls} onChange={set("smtp_tls")} />
      <Checkbox label={t("mail.auth")} checked={draft.smtp_auth} onChange={set("smtp_auth")} />
      {draft.smtp_auth && (
        <FieldRow>
          <TextField
            label={t("login.username")}
            autoComplete="off"
            value={draft.smtp_username}
            onChange={set("smtp_username")}
            error={refused("smtp_username") || refused("smtp_tls")}
          />
          <TextField
            label={t("login.password")}
            type="password"
            autoComplete="new-password"
            placeholder={mail.smtp_password ? t("mail.passwordKept") : ""}
            value={draft.smtp_password}
            onChange={set("smtp_password")}
            error={refused("smtp_password")}
          />
        </FieldRow>
      )}
      <SelectField
        label={t("mail.form")}
        value={draft.smtp_content_type}
        onChange={set("smtp_content_type")}
        error={refused("smtp_content_type")}
        options={kinds.map((value) => ({ value, label: t(`mail.form_${value}`) }))}
      />
      {draft.smtp_tls && (
        <TrustField
          value={draft.smtp_ca_certificate}
          onChange={set("smtp_ca_certificate")}
          error={refused("smtp_ca_certificate")}
        />
      )}
    </SettingsForm>
  );
}
