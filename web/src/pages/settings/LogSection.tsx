import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, refusal, type Data } from "../../api";
import { Button } from "../../components/Button";
import { DeleteDialog } from "../../components/DeleteDialog";
import { Checkbox, TextField } from "../../components/Field";
import { Moment } from "../../components/Moment";
import { Facts } from "../../components/Page";
import { toast } from "../../components/toasts";
import { formatNumber } from "../../format";
import { LoadedSection } from "./LoadedSection";
import { SettingsForm } from "./SettingsForm";
import { SyslogSection } from "./SyslogSection";
import { useDraft, wholeNumber } from "./useDraft";

type Retention = Data<"get", "/system/audit/retention">;

/** How long the activity is kept, and where else it goes. */
export function LogSection() {
  const { t } = useTranslation();
  const retention = useQuery({
    queryKey: ["settings", "retention"],
    queryFn: () => api.get("/system/audit/retention"),
  });
  return (
    <>
      <LoadedSection title={t("retention.title")} query={retention}>
        {(data) => <RetentionForm retention={data} />}
      </LoadedSection>
      <SyslogSection />
    </>
  );
}

function RetentionForm({ retention }: { retention: Retention }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [cleaning, setCleaning] = useState(false);
  const refresh = () => queries.invalidateQueries({ queryKey: ["settings", "retention"] });
  const { draft, set, changed } = useDraft({
    retention_days: String(retention.retention_days),
    auto_cleanup: retention.auto_cleanup,
  });
  const days = wholeNumber(draft.retention_days, 1, 36_500);
  const save = useMutation({
    mutationFn: () =>
      api.put("/system/audit/retention", {
        body: { retention_days: days ?? null, auto_cleanup: draft.auto_cleanup },
      }),
    onSuccess: async () => {
      await refresh();
      toast(t("common.saved"));
    },
  });
  const surplus = retention.logs_to_delete;
  return (
    <SettingsForm
      save={save}
      changed={changed.length > 0}
      valid={days !== undefined}
      needs="admin:system"
      more={
        surplus > 0 && (
          <Button
            look="danger"
            icon={Trash2}
            needs="admin:system"
            blocked={changed.length > 0 && t("retention.saveFirst")}
            onClick={() => setCleaning(true)}
          >
            {t("retention.cleanNow")}
          </Button>
        )
      }
    >
      <TextField
        label={t("retention.days")}
        hint={t("retention.daysHint")}
        inputMode="numeric"
        value={draft.retention_days}
        onChange={set("retention_days")}
        error={
          (days === undefined && t("general.numberWrong")) || refusal(save.error, "retention_days")
        }
      />
      <Checkbox
        label={t("retention.auto")}
        checked={draft.auto_cleanup}
        onChange={set("auto_cleanup")}
      />
      <Facts
        facts={[
          [t("retention.total"), formatNumber(retention.total_logs)],
          [t("retention.oldest"), <Moment key="oldest" at={retention.oldest_log} as="full" />],
          [t("retention.surplus"), formatNumber(surplus)],
          [t("retention.last"), <Moment key="last" at={retention.last_cleanup} />],
        ]}
      />
      {cleaning && (
        <DeleteDialog
          title={t("retention.cleanTitle", { count: surplus, n: formatNumber(surplus) })}
          lead={t("retention.cleanLead")}
          onClose={() => setCleaning(false)}
          remove={async () => {
            const { data } = await api.post("/system/audit/cleanup", {
              body: { retention_days: retention.retention_days },
            });
            await refresh();
            toast(t("retention.cleaned", { count: data.deleted, n: formatNumber(data.deleted) }));
            setCleaning(false);
          }}
        />
      )}
    </SettingsForm>
  );
}
