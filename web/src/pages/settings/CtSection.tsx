import { useMutation, useQuery } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, refusal, type Data } from "../../api";
import { useCan } from "../../auth/useCan";
import { Button, IconButton } from "../../components/Button";
import { Checkbox, Checkboxes, FieldRow, TextField } from "../../components/Field";
import { OnOff } from "../../components/State";
import { casQuery } from "../authorities/queries";
import { templatesQuery } from "../templates/queries";
import { CtLogDialog } from "./CtLogDialog";
import { LoadedSection } from "./LoadedSection";
import { SettingsForm } from "./SettingsForm";
import styles from "./Settings.module.css";
import { useDraft, wholeNumber } from "./useDraft";
import { useSaved } from "./useSaved";
import { TrustField } from "./TrustField";

type Ct = Data<"get", "/settings/ct">;
export type CtLog = Ct["logs"][number];

/** Which certificates are told to which public logs before they are issued (RFC 6962). */
export function CtSection() {
  const { t } = useTranslation();
  const ct = useQuery({ queryKey: ["settings", "ct"], queryFn: () => api.get("/settings/ct") });
  return (
    <LoadedSection
      title={t("ct.title")}
      query={ct}
      lines={6}
      aside={({ enabled }) => <OnOff on={enabled} />}
    >
      {(data) => <CtForm ct={data} />}
    </LoadedSection>
  );
}

function CtForm({ ct }: { ct: Ct }) {
  const { t } = useTranslation();
  const can = useCan();
  const saved = useSaved("settings", "ct");
  const [adding, setAdding] = useState(false);
  const cas = useQuery(casQuery).data?.data ?? [];
  const templates =
    useQuery({ ...templatesQuery, enabled: can("read:templates") }).data?.data ?? [];
  const { draft, set, changed } = useDraft({
    enabled: ct.enabled,
    logs: JSON.stringify(ct.logs),
    required: String(ct.required),
    timeout: String(ct.timeout_seconds),
    authorities: ct.ca_ids.join(" "),
    templates: ct.template_ids.join(" "),
    trust: ct.ca_certificate,
  });
  const logs = JSON.parse(draft.logs) as CtLog[];
  const setLogs = (next: CtLog[]) => set("logs")(JSON.stringify(next));
  const required = wholeNumber(draft.required, 1, Math.max(logs.length, 1));
  const timeout = wholeNumber(draft.timeout, 1, 30);
  const noLogs = draft.enabled && logs.length === 0;
  const save = useMutation({
    mutationFn: () =>
      api.put("/settings/ct", {
        body: {
          enabled: draft.enabled,
          logs,
          required: required ?? null,
          timeout_seconds: timeout ?? null,
          ca_ids: idsOf(draft.authorities),
          template_ids: idsOf(draft.templates),
          ca_certificate: draft.trust.trim(),
        },
      }),
    onSuccess: saved,
  });
  return (
    <>
      <SettingsForm
        save={save}
        changed={changed.length > 0}
        valid={required !== undefined && timeout !== undefined && !noLogs}
        needs="admin:system"
      >
        <p className={styles.intro}>{t("ct.lead")}</p>
        <Checkbox label={t("ct.enabled")} checked={draft.enabled} onChange={set("enabled")} />
        <div>
          <h3 className={styles.strong}>{t("ct.logs")}</h3>
          {logs.length === 0 && <p className={styles.intro}>{t("ct.noLogs")}</p>}
          <ul className={styles.members}>
            {logs.map((log) => (
              <li key={log.url}>
                <span className={styles.two}>
                  <b>{log.name}</b>
                  <small className={styles.break}>{log.url}</small>
                </span>
                <IconButton
                  icon={Trash2}
                  label={t("ct.removeLog", { name: log.name })}
                  onClick={() => setLogs(logs.filter((one) => one !== log))}
                />
              </li>
            ))}
          </ul>
          {noLogs && <p className={styles.wrong}>{t("ct.logsMissing")}</p>}
          <Button small icon={Plus} needs="admin:system" onClick={() => setAdding(true)}>
            {t("ct.addLog")}
          </Button>
        </div>
        <FieldRow>
          <TextField
            label={t("ct.required")}
            hint={t("ct.requiredHint")}
            inputMode="numeric"
            value={draft.required}
            onChange={set("required")}
            error={
              (required === undefined && t("ct.requiredWrong")) || refusal(save.error, "required")
            }
          />
          <TextField
            label={t("ct.timeout")}
            inputMode="numeric"
            value={draft.timeout}
            onChange={set("timeout")}
            error={
              (timeout === undefined && t("ct.timeoutWrong")) ||
              refusal(save.error, "timeout_seconds")
            }
          />
        </FieldRow>
        <Chosen
          legend={t("webhook.authorities")}
          all={cas}
          chosen={idsOf(draft.authorities)}
          onChange={(ids) => set("authorities")(ids.join(" "))}
        />
        <Chosen
          legend={t("ct.templates")}
          all={templates}
          chosen={idsOf(draft.templates)}
          onChange={(ids) => set("templates")(ids.join(" "))}
        />
        <TrustField
          label={t("ct.trust")}
          optional
          value={draft.trust}
          onChange={set("trust")}
          error={refusal(save.error, "ca_certificate")}
        />
      </SettingsForm>
      {adding && (
        <CtLogDialog
          onAdd={(log) => {
            setLogs([...logs.filter(({ url }) => url !== log.url), log]);
            setAdding(false);
          }}
          onClose={() => setAdding(false)}
        />
      )}
    </>
  );
}

const idsOf = (text: string) => text.split(" ").filter(Boolean).map(Number);

/** Boxes of which none means all. */
function Chosen(props: {
  legend: string;
  all: { id: number; name: string }[];
  chosen: number[];
  onChange: (ids: number[]) => void;
}) {
  const { t } = useTranslation();
  if (props.all.length === 0) return null;
  return (
    <fieldset className={styles.fieldset}>
      <legend>{props.legend}</legend>
      <div className={styles.permissions}>
        <Checkboxes
          options={props.all.map(({ id, name }) => ({ value: id, label: name }))}
          chosen={props.chosen}
          onChange={props.onChange}
        />
      </div>
      <p className={styles.intro}>{t("ct.noneIsAll")}</p>
    </fieldset>
  );
}
