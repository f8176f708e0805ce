import { useQuery } from "@tanstack/react-query";
import { Activity, CircleCheck, CircleX } from "lucide-react";
import { useTranslation } from "react-i18next";

import { api, type Authority, type Data } from "../../api";
import { Button } from "../../components/Button";
import { Identifier } from "../../components/Copy";
import { DataTable } from "../../components/DataTable";
import { EmptyState } from "../../components/EmptyState";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Moment } from "../../components/Moment";
import { Section } from "../../components/Page";
import { Label } from "../../components/State";
import { formatNumber } from "../../format";
import styles from "./Authorities.module.css";

type Point = Data<"get", "/crl/{ca_id}/points">[number];

/** What certificates point to, fetched as clients fetch it. It takes seconds: it is asked for. */
export function Points({ authority }: { authority: Authority }) {
  const { t } = useTranslation();
  const points = useQuery({
    queryKey: ["points", authority.id],
    queryFn: () => api.get("/crl/{ca_id}/points", { path: { ca_id: authority.id } }),
    enabled: false,
    retry: false,
  });
  const measure = (
    <Button small icon={Activity} busy={points.isFetching} onClick={() => void points.refetch()}>
      {t("points.measure")}
    </Button>
  );
  const rows = points.data?.data;
  return (
    <Section title={t("points.title")} card flush aside={rows && measure}>
      {points.isError && <ErrorNotice error={points.error} />}
      <div className={styles.issuedTable}>
        {rows || points.isFetching ? (
          <DataTable<Point>
            caption={t("points.title")}
            rows={rows}
            rowKey={({ kind, url }) => kind + url}
            skeleton={3}
            stale={points.isFetching}
            empty={<EmptyState icon={Activity} title={t("points.none")} />}
            columns={[
              {
                id: "kind",
                title: t("points.point"),
                card: "title",
                cell: ({ kind, url }) => (
                  <span className={styles.point}>
                    <b>{t(`points.${kind}`)}</b>
                    <Identifier text={url} full />
                  </span>
                ),
              },
              {
                id: "state",
                title: t("column.state"),
                card: "state",
                width: "30%",
                cell: ({ is_fresh, error }) => (
                  <span className={styles.point}>
                    {is_fresh ? (
                      <Label tone="active" icon={CircleCheck} text={t("points.fresh")} />
                    ) : (
                      <Label tone="expired" icon={CircleX} text={t("points.notFresh")} />
                    )}
                    {error && <small>{error}</small>}
                  </span>
                ),
              },
              {
                id: "next",
                title: t("points.until"),
                card: "line",
                named: true,
                width: "9rem",
                cell: ({ next_update }) => (next_update ? <Moment at={next_update} /> : "–"),
              },
              {
                id: "time",
                title: t("points.time"),
                from: "medium",
                align: "end",
                width: "7rem",
                cell: ({ milliseconds }) => (
                  <span className="num">
                    {t("points.milliseconds", { n: formatNumber(milliseconds) })}
                  </span>
                ),
              },
            ]}
          />
        ) : (
          <EmptyState icon={Activity} title={t("points.notYet")} action={measure}>
            {t("points.notYetText")}
          </EmptyState>
        )}
      </div>
    </Section>
  );
}
