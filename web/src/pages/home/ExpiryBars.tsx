import { Link } from "@tanstack/react-router";
import type { CSSProperties } from "react";
import { useTranslation } from "react-i18next";

import type { Bucket } from "../../api";
import { Tooltip } from "../../components/Tooltip";
import { formatShortDay } from "../../format";
import { niceScale } from "./scale";
import styles from "./ExpiryChart.module.css";

const dayOf = (moment: string) => moment.slice(0, 10);

/** Stacked bars; each leads to the certificates that it counts. */
export function ExpiryBars(props: { buckets: Bucket[] }) {
  const { t } = useTranslation();
  const { top, ticks } = niceScale(
    // A scale that ends at one would make a single certificate look like a crowd.
    Math.max(...props.buckets.map((b) => b.automated + b.manual), 4),
  );
  const size = (value: number) => ({ "--size": `${(value / top) * 100}%` }) as CSSProperties;

  return (
    <div className={styles.chart}>
      <div className={styles.scale} aria-hidden>
        {ticks.map((tick) => (
          <span key={tick} style={{ bottom: `${(tick / top) * 100}%` }}>
            {tick}
          </span>
        ))}
      </div>
      <div className={styles.plot} role="group" aria-label={t("expiry.title")}>
        {ticks.slice(1).map((tick) => (
          <i
            key={tick}
            className={styles.grid}
            style={{ bottom: `${(tick / top) * 100}%` }}
            aria-hidden
          />
        ))}
        {props.buckets.map((bucket) => {
          const said = t("expiry.week", {
            from: formatShortDay(bucket.from),
            automated: bucket.automated,
            manual: bucket.manual,
          });
          return (
            <Tooltip key={bucket.from} text={said}>
              <Link
                to="/certificates"
                search={{ after: dayOf(bucket.from), before: dayOf(bucket.to), sort: "valid_to" }}
                className={styles.column}
                aria-label={said}
              >
                <span className={styles.week} aria-hidden>
                  {formatShortDay(bucket.from)}
                </span>
                {bucket.automated > 0 && (
                  <i
                    className={`${styles.bar} ${styles.automated}`}
                    style={size(bucket.automated)}
                  />
                )}
                {bucket.manual > 0 && (
                  <i className={`${styles.bar} ${styles.manual}`} style={size(bucket.manual)} />
                )}
                <span className={styles.sum} aria-hidden>
                  {bucket.automated + bucket.manual || ""}
                </span>
              </Link>
            </Tooltip>
          );
        })}
      </div>
      <div className={styles.labels} aria-hidden>
        {props.buckets.map((bucket, index) => (
          <span key={bucket.from}>{index % 2 === 0 ? formatShortDay(bucket.from) : ""}</span>
        ))}
      </div>
      <ul className={styles.legend}>
        <li>
          <i className={styles.automated} /> {t("expiry.automated")}
        </li>
        <li>
          <i className={styles.manual} /> {t("expiry.manual")}
        </li>
      </ul>
    </div>
  );
}
