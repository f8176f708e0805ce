import { Activity, CircleCheck, CircleX } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { Data } from "../../api";
import { Identifier } from "../../components/Copy";
import { DataTable } from "../../components/DataTable";
import { EmptyState } from "../../components/EmptyState";
import { Moment } from "../../components/Moment";
import { Label } from "../../components/State";
import { formatNumber } from "../../format";
import styles from "./Authorities.module.css";

export type Point = Data<"get", "/crl/{ca_id}/points">[number];

/** What was found at each address that certificates name. */
export function PointsTable<P extends Point>(props: {
  rows: P[] | undefined;
  stale: boolean;
  /** Whose point it is, where there are points of several. */
  of?: (point: P) => ReactNode;
}) {
  const { t } = useTranslation();
  const { of } = props;
  return (
    <DataTable<P>
      caption={t("points.title")}
      rows={props.rows}
      rowKey={({ kind, url }) => kind + url}
      skeleton={3}
      stale={props.stale}
      empty={<EmptyState icon={Activity} title={t("points.none")} />}
      columns={[
        {
          id: "kind",
          title: t("points.point"),
          card: "title",
          cell: (point) => (
            <span className={styles.point}>
              <b>
                {t(`points.${point.kind}`)}
                {of && <span className={styles.of}> · {of(point)}</span>}
              </b>
              <Identifier text={point.url} full />
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
  );
}
