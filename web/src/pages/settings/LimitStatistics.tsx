import { useMutation, useQueryClient } from "@tanstack/react-query";
import { RotateCcw } from "lucide-react";
import { useTranslation } from "react-i18next";

import { api, type Data } from "../../api";
import { Button } from "../../components/Button";
import { DataTable } from "../../components/DataTable";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Section } from "../../components/Page";
import { toast } from "../../components/toasts";
import { formatNumber } from "../../format";
import { limitClasses } from "./limitClasses";
import styles from "./Settings.module.css";

/** Requests since the start, by class, and those that were too many. */
export function LimitStatistics(props: {
  statistics: Data<"get", "/system/security/rate-limit/stats">;
}) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { by_endpoint } = props.statistics;
  const reset = useMutation({
    mutationFn: () =>
      api.post("/system/security/rate-limit/reset", { body: { reset_stats: true } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["settings", "limits"] });
      toast(t("limits.resetDone"));
    },
  });
  const rows = limitClasses.map((name) => ({
    name,
    requests: by_endpoint[name]?.requests ?? 0,
    limited: by_endpoint[name]?.limited ?? 0,
  }));
  return (
    <Section
      title={t("limits.statistics")}
      card
      flush
      aside={
        <Button
          small
          icon={RotateCcw}
          needs="admin:system"
          busy={reset.isPending}
          onClick={() => reset.mutate()}
        >
          {t("limits.reset")}
        </Button>
      }
    >
      {reset.isError && <ErrorNotice error={reset.error} />}
      <div className={styles.list}>
        <DataTable
          caption={t("limits.statistics")}
          rows={rows}
          rowKey={({ name }) => name}
          columns={[
            {
              id: "class",
              title: t("limits.class"),
              card: "title",
              cell: ({ name }) => <b className={styles.strong}>{t(`limits.class_${name}`)}</b>,
            },
            {
              id: "requests",
              title: t("limits.requests"),
              card: "line",
              named: true,
              align: "end",
              width: "9rem",
              cell: ({ requests }) => <span className="num">{formatNumber(requests)}</span>,
            },
            {
              id: "limited",
              title: t("limits.limited"),
              card: "end",
              named: true,
              align: "end",
              width: "9rem",
              cell: ({ limited }) => <span className="num">{formatNumber(limited)}</span>,
            },
          ]}
        />
      </div>
    </Section>
  );
}
