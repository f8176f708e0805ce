import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api, refusal, type Data } from "../../api";
import { FieldRow, TextField } from "../../components/Field";
import { LoadedSection } from "./LoadedSection";
import { SettingsForm } from "./SettingsForm";
import { useDraft, wholeNumber } from "./useDraft";
import { useSaved } from "./useSaved";

const hour = 3_600;
type General = Data<"get", "/settings/general">;

export function GeneralSection() {
  const { t } = useTranslation();
  const settings = useQuery({
    queryKey: ["settings", "general"],
    queryFn: () => api.get("/settings/general"),
  });
  return (
    <LoadedSection title={t("settings.general")} query={settings} lines={6}>
      {(data) => <GeneralForm settings={data} />}
    </LoadedSection>
  );
}

const seconds = (hours: string) => Math.round(Number(hours.replace(",", ".")) * hour);

function GeneralForm({ settings }: { settings: General }) {
  const { t } = useTranslation();
  const saved = useSaved("settings");
  const { draft, set, changed } = useDraft({
    site_name: settings.site_name,
    organization: settings.organization,
    base_url: settings.base_url,
    protocol_base_url: settings.protocol_base_url,
    session_timeout: String(settings.session_timeout / hour),
    default_validity_days: String(settings.default_validity_days),
  });

  const hours = (text: string) => (/^\d{1,4}([.,]\d{1,2})?$/.test(text.trim()) ? seconds(text) : 0);
  const address = (text: string) => {
    try {
      return text === "" || /^https?:$/.test(new URL(text).protocol);
    } catch {
      return false;
    }
  };
  const save = useMutation({
    mutationFn: () =>
      api.patch("/settings/general", {
        body: Object.fromEntries(
          changed.map((name) => [
            name,
            name === "session_timeout"
              ? seconds(draft[name])
              : typeof settings[name] === "number"
                ? Number(draft[name])
                : draft[name],
          ]),
        ),
      }),
    onSuccess: saved,
  });
  const refused = (field: string) => refusal(save.error, field);
  const wrong = {
    base_url: !address(draft.base_url) && t("general.addressWrong"),
    protocol_base_url: !address(draft.protocol_base_url) && t("general.addressWrong"),
    session_timeout: !hours(draft.session_timeout) && t("general.numberWrong"),
    default_validity_days:
      !wholeNumber(draft.default_validity_days, 1, 999_999_999) && t("general.numberWrong"),
  };
  const ok = Object.values(wrong).every((text) => !text);

  return (
    <SettingsForm save={save} changed={changed.length > 0} valid={ok} needs="write:settings">
      <FieldRow>
        <TextField
          label={t("general.siteName")}
          value={draft.site_name}
          onChange={set("site_name")}
          error={refused("site_name")}
        />
        <TextField
          label={t("setup.organization")}
          value={draft.organization}
          onChange={set("organization")}
          error={refused("organization")}
        />
      </FieldRow>
      <TextField
        label={t("general.baseUrl")}
        hint={t("general.baseUrlHint")}
        placeholder={t("general.asStarted")}
        value={draft.base_url}
        onChange={set("base_url")}
        error={wrong.base_url || refused("base_url")}
      />
      <TextField
        label={t("general.protocolUrl")}
        hint={t("general.protocolUrlHint")}
        placeholder={t("general.asStarted")}
        value={draft.protocol_base_url}
        onChange={set("protocol_base_url")}
        error={wrong.protocol_base_url || refused("protocol_base_url")}
      />
      <FieldRow>
        <TextField
          label={t("general.sessionTimeout")}
          inputMode="decimal"
          value={draft.session_timeout}
          onChange={set("session_timeout")}
          error={wrong.session_timeout || refused("session_timeout")}
        />
        <TextField
          label={t("general.validity")}
          hint={t("general.validityHint")}
          inputMode="numeric"
          value={draft.default_validity_days}
          onChange={set("default_validity_days")}
          error={wrong.default_validity_days || refused("default_validity_days")}
        />
      </FieldRow>
    </SettingsForm>
  );
}
