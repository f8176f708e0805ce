import { useQuery } from "@tanstack/react-query";
import { Info, ShieldCheck, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../../api";
import { DataTable } from "../../components/DataTable";
import { EmptyState } from "../../components/EmptyState";
import { ErrorNotice } from "../../components/ErrorNotice";
import { SelectField } from "../../components/Field";
import { Moment } from "../../components/Moment";
import { Section } from "../../components/Page";
import { Label } from "../../components/State";
import styles from "./Settings.module.css";

const kinds = ["failed_sign_ins", "new_device", "key_in_two_places"] as const;
const periods = ["24", "168"] as const;

/** What is unusual in the activity: bursts of failures, new devices, a key in two places. */
export function AnomaliesSection() {
  const { t } = useTranslation();
  const [hours, setHours] = useState<(typeof periods)[number]>("24");
  const found = useQuery({
    queryKey: ["settings", "anomalies", hours],
    queryFn: () => api.get("/system/security/anomalies", { query: { hours: Number(hours) } }),
  });
  return (
    <Section title={t("limits.unusual")} card flush>
      <div className={styles.period}>
        <SelectField
          label={t("limits.period")}
          value={hours}
          onChange={setHours}
          options={periods.map((value) => ({ value, label: t(`limits.period_${value}`) }))}
        />
      </div>
      {found.error && <ErrorNotice error={found.error} onRetry={() => void found.refetch()} />}
      <div className={styles.list}>
        <DataTable
          caption={t("limits.unusual")}
          rows={found.data?.data.anomalies}
          rowKey={(one) => `${one.type} ${one.description} ${one.first_seen}`}
          skeleton={2}
          empty={
            <EmptyState icon={ShieldCheck} title={t("limits.nothingUnusual")}>
              {t("limits.nothingUnusualText")}
            </EmptyState>
          }
          columns={[
            {
              id: "what",
              title: t("limits.what"),
              card: "title",
              cell: (one) => {
                const kind = kinds.find((known) => known === one.type);
                return (
                  <span className={styles.two}>
                    <b>{kind ? t(`limits.kind_${kind}`) : one.type}</b>
                    <small>{one.description}</small>
                    {one.addresses.length > 0 && <small>{one.addresses.join(", ")}</small>}
                  </span>
                );
              },
            },
            {
              id: "severity",
              title: t("limits.weight"),
              card: "state",
              width: "9rem",
              cell: ({ severity }) =>
                severity === "info" ? (
                  <Label tone="idle" icon={Info} text={t("limits.weight_info")} />
                ) : (
                  <Label tone="due" icon={TriangleAlert} text={t("limits.weight_warning")} />
                ),
            },
            {
              id: "seen",
              title: t("limits.lastSeen"),
              card: "line",
              named: true,
              width: "9rem",
              cell: ({ last_seen }) => <Moment at={last_seen} />,
            },
          ]}
        />
      </div>
    </Section>
  );
}
