import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api, refusal, type Data } from "../../api";
import { useCan } from "../../auth/useCan";
import { Checkbox, FieldRow, TextArea, TextField } from "../../components/Field";
import { OnOff } from "../../components/State";
import { formatNumber } from "../../format";
import { AnomaliesSection } from "./AnomaliesSection";
import { LimitStatistics } from "./LimitStatistics";
import { limitClasses } from "./limitClasses";
import { LoadedSection } from "./LoadedSection";
import { SettingsForm } from "./SettingsForm";
import { itemsOf, useDraft, wholeNumber } from "./useDraft";
import { useSaved } from "./useSaved";

type Config = Data<"get", "/system/security/rate-limit">["config"];

/** How often one caller may ask, who asks too often, and what else is unusual. */
export function LimitsSection() {
  const { t } = useTranslation();
  const can = useCan();
  const limits = useQuery({
    queryKey: ["settings", "limits"],
    queryFn: () => api.get("/system/security/rate-limit"),
    refetchInterval: 15_000,
  });
  return (
    <>
      <LoadedSection
        title={t("limits.title")}
        query={limits}
        lines={6}
        aside={({ config: { enabled } }) => <OnOff on={enabled} />}
      >
        {({ config }) => <LimitsForm config={config} />}
      </LoadedSection>
      {limits.data && <LimitStatistics statistics={limits.data.data.stats} />}
      {can("admin:system") && <AnomaliesSection />}
    </>
  );
}

function LimitsForm({ config }: { config: Config }) {
  const { t } = useTranslation();
  const saved = useSaved("settings", "limits");
  const chosen = (name: string) => String(config.custom_limits[name]?.rpm ?? "");
  const { draft, set, changed } = useDraft({
    enabled: config.enabled,
    standard: chosen("standard"),
    strict: chosen("strict"),
    sign_in: chosen("sign_in"),
    protocol: chosen("protocol"),
    whitelist: config.whitelist.join("\n"),
  });
  const save = useMutation({
    mutationFn: () => {
      const listed = itemsOf(draft.whitelist);
      const classes = limitClasses.filter((name) => changed.includes(name));
      return api.put("/system/security/rate-limit", {
        body: {
          enabled: draft.enabled,
          whitelist_add: listed.filter((one) => !config.whitelist.includes(one)),
          whitelist_remove: config.whitelist.filter((one) => !listed.includes(one)),
          // 0 goes back to what the server was started with.
          custom_limits: Object.fromEntries(classes.map((name) => [name, Number(draft[name])])),
        },
      });
    },
    onSuccess: saved,
  });
  const wrong = (name: (typeof limitClasses)[number]) =>
    draft[name].trim() !== "" && wholeNumber(draft[name], 1, 1_000_000) === undefined;
  const started = (name: string) => {
    const rate = config.default_limits[name]?.rpm ?? 0;
    return rate > 0 ? formatNumber(rate) : t("limits.none");
  };
  return (
    <SettingsForm
      save={save}
      changed={changed.length > 0}
      valid={!limitClasses.some(wrong)}
      needs="admin:system"
    >
      <Checkbox label={t("limits.enabled")} checked={draft.enabled} onChange={set("enabled")} />
      <p className="muted">{t("limits.lead")}</p>
      <FieldRow>
        {limitClasses.map((name) => (
          <TextField
            key={name}
            label={t(`limits.class_${name}`)}
            hint={t(`limits.hint_${name}`)}
            placeholder={started(name)}
            inputMode="numeric"
            value={draft[name]}
            onChange={set(name)}
            error={
              (wrong(name) && t("general.numberWrong")) ||
              refusal(save.error, `custom_limits.${name}`)
            }
          />
        ))}
      </FieldRow>
      <TextArea
        label={t("limits.free")}
        hint={t("limits.freeHint")}
        placeholder={"10.20.0.0/16\n2001:db8::/32"}
        rows={3}
        mono
        value={draft.whitelist}
        onChange={set("whitelist")}
        error={refusal(save.error, "whitelist_add")}
      />
    </SettingsForm>
  );
}
