import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, refusal, type Data } from "../../api";
import { Button } from "../../components/Button";
import { DeleteDialog } from "../../components/DeleteDialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { FieldRow, TextField } from "../../components/Field";
import { Facts } from "../../components/Page";
import { toast } from "../../components/toasts";
import { formatNumber } from "../../format";
import { LoadedSection } from "../settings/LoadedSection";
import { SettingsForm } from "../settings/SettingsForm";
import { useDraft, wholeNumber } from "../settings/useDraft";
import { useSaved } from "../settings/useSaved";
import type { SettingsQuery } from "./QuotaForm";

type Retention = Data<"get", "/acme/settings">["retention"];

const kept = ["failed_orders", "authorizations", "issued_orders", "unused_accounts"] as const;
const counted = [...kept, "quotas"] as const;
/** The server counts no further. */
const most = 10_000;

/** What the ACME server forgets, and what that would be now. */
export function RetentionSection(props: { settings: SettingsQuery }) {
  const { t } = useTranslation();
  return (
    <LoadedSection title={t("acmeLimits.retention")} query={props.settings} lines={6}>
      {({ retention }) => <Fields retention={retention} />}
    </LoadedSection>
  );
}

function Fields({ retention }: { retention: Retention }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const saved = useSaved("acme");
  const [cleaning, setCleaning] = useState(false);
  const shown = (days: number) => (days > 0 ? String(days) : "");
  const { draft, set, changed } = useDraft({
    failed_orders: shown(retention.failed_orders),
    authorizations: shown(retention.authorizations),
    issued_orders: shown(retention.issued_orders),
    unused_accounts: shown(retention.unused_accounts),
  });
  const preview = useQuery({
    queryKey: ["acme", "retention"],
    queryFn: () => api.get("/acme/retention"),
  });
  const over = preview.data?.data;
  const sum = over ? counted.reduce((all, name) => all + over[name], 0) : 0;
  const save = useMutation({
    mutationFn: () =>
      api.patch("/acme/settings", {
        body: { retention: Object.fromEntries(changed.map((name) => [name, Number(draft[name])])) },
      }),
    onSuccess: saved,
  });
  const wrong = (name: (typeof kept)[number]) =>
    draft[name].trim() !== "" && wholeNumber(draft[name], 1, 36_500) === undefined;
  const amount = (value: number) =>
    value >= most ? t("acmeLimits.orMore", { n: formatNumber(value) }) : formatNumber(value);
  return (
    <>
      <SettingsForm
        save={save}
        changed={changed.length > 0}
        valid={!kept.some(wrong)}
        needs="write:acme"
        more={
          sum > 0 && (
            <Button
              look="danger"
              icon={Trash2}
              needs="delete:acme"
              blocked={changed.length > 0 && t("retention.saveFirst")}
              onClick={() => setCleaning(true)}
            >
              {t("acmeLimits.run")}
            </Button>
          )
        }
      >
        <p className="muted">{t("acmeLimits.retentionLead")}</p>
        <FieldRow>
          {kept.map((name) => (
            <TextField
              key={name}
              label={t(`acmeLimits.keep_${name}`)}
              hint={t(`acmeLimits.keepHint_${name}`)}
              inputMode="numeric"
              placeholder={t("acmeLimits.forEver")}
              value={draft[name]}
              onChange={set(name)}
              error={
                (wrong(name) && t("general.numberWrong")) ||
                refusal(save.error, `retention.${name}`)
              }
            />
          ))}
        </FieldRow>
        <h3>{t("acmeLimits.preview")}</h3>
        {preview.isError && <ErrorNotice error={preview.error} />}
        {over && (
          <Facts
            facts={counted.map((name) => [
              t(`acmeLimits.over_${name}`),
              <span key={name} className="num">
                {amount(over[name])}
              </span>,
            ])}
          />
        )}
      </SettingsForm>
      {cleaning && over && (
        <DeleteDialog
          title={t("acmeLimits.runTitle", { count: sum, n: amount(sum) })}
          lead={t("acmeLimits.runLead")}
          onClose={() => setCleaning(false)}
          remove={async () => {
            const { data } = await api.post("/acme/retention/run");
            await queries.invalidateQueries({ queryKey: ["acme"] });
            const gone = counted.reduce((all, name) => all + data[name], 0);
            toast(t("acmeLimits.ran", { count: gone, n: formatNumber(gone) }));
            setCleaning(false);
          }}
        />
      )}
    </>
  );
}
