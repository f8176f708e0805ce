import { useMutation, useQuery } from "@tanstack/react-query";
import { Send } from "lucide-react";
import { useTranslation } from "react-i18next";

import { api, refusal, type Data } from "../../api";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Checkbox, Checkboxes, Choice, FieldRow, TextField } from "../../components/Field";
import { OnOff } from "../../components/State";
import { LoadedSection } from "./LoadedSection";
import { SettingsForm } from "./SettingsForm";
import styles from "./Settings.module.css";
import { useDraft, wholeNumber } from "./useDraft";
import { useSaved } from "./useSaved";
import { TrustField } from "./TrustField";

type Syslog = Data<"get", "/system/audit/syslog">;

const categories = ["certificate", "ca", "csr", "user", "acme", "scep", "system"] as const;
const links = ["udp", "tcp", "tls"] as const;

/** The activity goes to a syslog server too (RFC 5424), where nobody here can change it. */
export function SyslogSection() {
  const { t } = useTranslation();
  const syslog = useQuery({
    queryKey: ["settings", "syslog"],
    queryFn: () => api.get("/system/audit/syslog"),
  });
  return (
    <LoadedSection
      title={t("syslog.title")}
      query={syslog}
      lines={6}
      aside={({ enabled }) => <OnOff on={enabled} />}
    >
      {(data) => <SyslogForm syslog={data} />}
    </LoadedSection>
  );
}

function SyslogForm({ syslog }: { syslog: Syslog }) {
  const { t } = useTranslation();
  const saved = useSaved("settings", "syslog");
  const { draft, set, changed } = useDraft({
    enabled: syslog.enabled,
    host: syslog.host,
    port: String(syslog.port),
    link: syslog.tls ? "tls" : syslog.protocol,
    tls_verify: syslog.tls_verify,
    ca_certificate: syslog.ca_certificate,
    categories: syslog.categories.join(" "),
  });
  const chosen = draft.categories.split(" ").filter(Boolean);
  const port = wholeNumber(draft.port, 1, 65_535);
  const hostMissing = draft.enabled && !draft.host.trim();
  const save = useMutation({
    mutationFn: () =>
      api.put("/system/audit/syslog", {
        body: {
          enabled: draft.enabled,
          host: draft.host.trim(),
          port: port ?? null,
          protocol: draft.link === "udp" ? "udp" : "tcp",
          tls: draft.link === "tls",
          tls_verify: draft.tls_verify,
          ca_certificate: draft.ca_certificate,
          categories: chosen,
        },
      }),
    onSuccess: saved,
  });
  const test = useMutation({ mutationFn: () => api.post("/system/audit/syslog/test") });
  const refused = (field: string) => refusal(save.error, field);
  return (
    <SettingsForm
      save={save}
      changed={changed.length > 0}
      valid={port !== undefined && !hostMissing}
      needs="admin:system"
      more={
        <Button
          icon={Send}
          needs="admin:system"
          busy={test.isPending}
          blocked={
            (changed.length > 0 && t("retention.saveFirst")) ||
            (!syslog.enabled && t("syslog.off")) ||
            undefined
          }
          onClick={() => test.mutate()}
        >
          {t("mail.testSend")}
        </Button>
      }
    >
      <p className={styles.intro}>{t("syslog.lead")}</p>
      <Checkbox label={t("syslog.enabled")} checked={draft.enabled} onChange={set("enabled")} />
      <Choice
        label={t("syslog.link")}
        value={draft.link}
        onChange={set("link")}
        options={links.map((value) => ({ value, label: t(`syslog.link_${value}`) }))}
      />
      <FieldRow>
        <TextField
          label={t("syslog.host")}
          placeholder="log.example.com"
          value={draft.host}
          onChange={set("host")}
          error={(hostMissing && t("mail.hostMissing")) || refused("host")}
        />
        <TextField
          label={t("mail.port")}
          inputMode="numeric"
          value={draft.port}
          onChange={set("port")}
          error={(port === undefined && t("mail.portWrong")) || refused("port")}
        />
      </FieldRow>
      {draft.link === "tls" && (
        <>
          <Checkbox
            label={t("syslog.verify")}
            checked={draft.tls_verify}
            onChange={set("tls_verify")}
          />
          {draft.tls_verify && (
            <TrustField
              value={draft.ca_certificate}
              onChange={set("ca_certificate")}
              error={refused("ca_certificate")}
            />
          )}
        </>
      )}
      <fieldset className={styles.fieldset}>
        <legend>{t("syslog.categories")}</legend>
        <div className={styles.permissions}>
          <Checkboxes
            options={categories.map((value) => ({ value, label: t(`syslog.category_${value}`) }))}
            chosen={categories.filter((one) => chosen.includes(one))}
            onChange={(next) =>
              set("categories")(categories.filter((one) => next.includes(one)).join(" "))
            }
          />
        </div>
        <p className="muted">{t("syslog.categoriesHint")}</p>
      </fieldset>
      {test.isError && <ErrorNotice error={test.error} />}
      {test.isSuccess && (
        <p className={styles.intro} role="status">
          {t("syslog.tested")}
        </p>
      )}
    </SettingsForm>
  );
}
