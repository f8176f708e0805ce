import { useMutation, useQuery } from "@tanstack/react-query";
import { Search } from "lucide-react";
import { useTranslation } from "react-i18next";

import { api, refusal, type Data } from "../../api";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Checkbox, TextArea, TextField } from "../../components/Field";
import { OnOff } from "../../components/State";
import { formatNumber } from "../../format";
import { LoadedSection } from "./LoadedSection";
import { SettingsForm } from "./SettingsForm";
import styles from "./Settings.module.css";
import { itemsOf, useDraft, wholeNumber } from "./useDraft";
import { useSaved } from "./useSaved";

type Notices = Data<"get", "/system/alerts/expiry">;

/** Who is told of what ends, and how long before. */
export function NoticesSection() {
  const { t } = useTranslation();
  const notices = useQuery({
    queryKey: ["settings", "expiry-notices"],
    queryFn: () => api.get("/system/alerts/expiry"),
  });
  return (
    <LoadedSection
      title={t("notices.title")}
      query={notices}
      lines={6}
      aside={({ enabled }) => <OnOff on={enabled} />}
    >
      {(data) => <NoticesForm notices={data} />}
    </LoadedSection>
  );
}

function NoticesForm({ notices }: { notices: Notices }) {
  const { t } = useTranslation();
  const saved = useSaved("settings", "expiry-notices");
  const { draft, set, changed } = useDraft({
    enabled: notices.enabled,
    days: notices.alert_days.join(", "),
    recipients: notices.recipients.join("\n"),
    tell_owners: notices.tell_owners,
    include_revoked: notices.include_revoked,
  });
  const days = itemsOf(draft.days).map((one) => wholeNumber(one, 1, 365));
  const daysOk = days.length > 0 && days.length <= 20 && !days.includes(undefined);
  const save = useMutation({
    mutationFn: () =>
      api.put("/system/alerts/expiry", {
        body: {
          enabled: draft.enabled,
          alert_days: days.map(Number),
          recipients: itemsOf(draft.recipients),
          tell_owners: draft.tell_owners,
          include_revoked: draft.include_revoked,
        },
      }),
    onSuccess: ({ data }) => {
      set("days")(data.alert_days.join(", "));
      set("recipients")(data.recipients.join("\n"));
      return saved();
    },
  });
  const check = useMutation({ mutationFn: () => api.post("/system/alerts/expiry/check") });
  const found = check.data?.data;
  return (
    <SettingsForm
      save={save}
      changed={changed.length > 0}
      valid={daysOk}
      needs="admin:system"
      more={
        <Button
          icon={Search}
          needs="admin:system"
          busy={check.isPending}
          blocked={
            (changed.length > 0 && t("retention.saveFirst")) ||
            (!notices.enabled && t("notices.off"))
          }
          onClick={() => check.mutate()}
        >
          {t("notices.check")}
        </Button>
      }
    >
      <p className={styles.intro}>{t("notices.lead")}</p>
      <Checkbox label={t("notices.enabled")} checked={draft.enabled} onChange={set("enabled")} />
      <TextField
        label={t("notices.days")}
        hint={t("notices.daysHint")}
        value={draft.days}
        onChange={set("days")}
        error={(!daysOk && t("notices.daysWrong")) || refusal(save.error, "alert_days")}
      />
      <TextArea
        label={t("notices.recipients")}
        hint={t("notices.recipientsHint")}
        placeholder="pki@example.com"
        rows={3}
        value={draft.recipients}
        onChange={set("recipients")}
        error={refusal(save.error, "recipients")}
      />
      <Checkbox
        label={t("notices.owners")}
        checked={draft.tell_owners}
        onChange={set("tell_owners")}
      />
      <Checkbox
        label={t("notices.revoked")}
        checked={draft.include_revoked}
        onChange={set("include_revoked")}
      />
      {check.isError && <ErrorNotice error={check.error} />}
      {found && (
        <p className={styles.intro} role="status">
          {t("notices.found", {
            certificates: formatNumber(found.cert_expiring.checked),
            lists: formatNumber(found.crl_expiring.checked),
            told: formatNumber(found.cert_expiring.notified + found.crl_expiring.notified),
          })}
        </p>
      )}
    </SettingsForm>
  );
}
