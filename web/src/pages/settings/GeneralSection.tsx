import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, refusal, type Data } from "../../api";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { FieldRow, TextField } from "../../components/Field";
import { Section } from "../../components/Page";
import { Pending } from "../../components/Pending";
import { toast } from "../../components/toasts";
import styles from "./Settings.module.css";

const hour = 3_600;
type General = Data<"get", "/settings/general">;

export function GeneralSection() {
  const { t } = useTranslation();
  const settings = useQuery({
    queryKey: ["settings", "general"],
    queryFn: () => api.get("/settings/general"),
  });
  return (
    <Section title={t("settings.general")} card>
      {settings.isError || !settings.data ? (
        <Pending query={settings} lines={6} />
      ) : (
        <GeneralForm settings={settings.data.data} />
      )}
    </Section>
  );
}

const seconds = (hours: string) => Math.round(Number(hours.replace(",", ".")) * hour);

function GeneralForm({ settings }: { settings: General }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const start = {
    site_name: settings.site_name,
    organization: settings.organization,
    base_url: settings.base_url,
    protocol_base_url: settings.protocol_base_url,
    session_timeout: String(settings.session_timeout / hour),
    default_validity_days: String(settings.default_validity_days),
  };
  const [form, setForm] = useState(start);
  const set = (name: keyof typeof form) => (value: string) =>
    setForm((before) => ({ ...before, [name]: value }));
  const changed = Object.entries(form).filter(
    ([name, value]) => value !== start[name as keyof typeof start],
  );

  const hours = (text: string) => (/^\d{1,4}([.,]\d{1,2})?$/.test(text.trim()) ? seconds(text) : 0);
  const whole = (text: string) => (/^\d{1,9}$/.test(text.trim()) ? Number(text) : undefined);
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
          changed.map(([name, value]) => [
            name,
            name === "session_timeout"
              ? seconds(value)
              : typeof settings[name as keyof General] === "number"
                ? Number(value)
                : value,
          ]),
        ),
      }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["settings"] });
      toast(t("common.saved"));
    },
  });
  const refused = (field: string) => refusal(save.error, field);
  const wrong = {
    base_url: !address(form.base_url) && t("general.addressWrong"),
    protocol_base_url: !address(form.protocol_base_url) && t("general.addressWrong"),
    session_timeout: !hours(form.session_timeout) && t("general.numberWrong"),
    default_validity_days: !whole(form.default_validity_days) && t("general.numberWrong"),
  };
  const ok = Object.values(wrong).every((text) => !text);

  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (ok && changed.length > 0) save.mutate();
      }}
    >
      <FieldRow>
        <TextField
          label={t("general.siteName")}
          value={form.site_name}
          onChange={set("site_name")}
          error={refused("site_name")}
        />
        <TextField
          label={t("setup.organization")}
          value={form.organization}
          onChange={set("organization")}
          error={refused("organization")}
        />
      </FieldRow>
      <TextField
        label={t("general.baseUrl")}
        hint={t("general.baseUrlHint")}
        placeholder={t("general.asStarted")}
        value={form.base_url}
        onChange={set("base_url")}
        error={wrong.base_url || refused("base_url")}
      />
      <TextField
        label={t("general.protocolUrl")}
        hint={t("general.protocolUrlHint")}
        placeholder={t("general.asStarted")}
        value={form.protocol_base_url}
        onChange={set("protocol_base_url")}
        error={wrong.protocol_base_url || refused("protocol_base_url")}
      />
      <FieldRow>
        <TextField
          label={t("general.sessionTimeout")}
          inputMode="decimal"
          value={form.session_timeout}
          onChange={set("session_timeout")}
          error={wrong.session_timeout || refused("session_timeout")}
        />
        <TextField
          label={t("general.validity")}
          hint={t("general.validityHint")}
          inputMode="numeric"
          value={form.default_validity_days}
          onChange={set("default_validity_days")}
          error={wrong.default_validity_days || refused("default_validity_days")}
        />
      </FieldRow>
      {save.isError && <ErrorNotice error={save.error} />}
      <div className={styles.actions}>
        <Button
          type="submit"
          look="primary"
          needs="write:settings"
          busy={save.isPending}
          blocked={changed.length === 0 && t("common.nothingChanged")}
        >
          {t("common.save")}
        </Button>
      </div>
    </form>
  );
}
