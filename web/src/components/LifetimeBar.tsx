import { useTranslation } from "react-i18next";

import { formatDay, formatNumber } from "../format";
import styles from "./LifetimeBar.module.css";
import { lifetime } from "./lifetime";
import { Tooltip } from "./Tooltip";

interface LifetimeBarProps {
  from: string;
  to: string;
  status: string;
  /** Days of the longest renewal window; an authority has a year. */
  window?: number;
  wide?: boolean;
}

/** The certificate's own life from left to right: what has passed, now, and the renewal window. */
export function LifetimeBar(props: LifetimeBarProps) {
  const { t } = useTranslation();
  const life = lifetime(props.from, props.to, props.window);
  const over = props.status === "expired" || props.status === "revoked";
  const said = over
    ? t(`lifetime.${props.status as "expired" | "revoked"}`, { day: formatDay(props.to) })
    : t("lifetime.running", {
        left: t("lifetime.daysLong", {
          count: Math.max(0, life.daysLeft),
          n: formatNumber(Math.max(0, life.daysLeft)),
        }),
        days: formatNumber(life.days),
        opens: formatDay(life.opens),
      });
  return (
    <Tooltip text={said}>
      <span
        className={[styles.bar, styles[props.status], props.wide && styles.wide]
          .filter(Boolean)
          .join(" ")}
        role="img"
        aria-label={said}
      >
        <svg aria-hidden preserveAspectRatio="none" viewBox="0 0 100 8">
          <rect className={styles.track} width="100" height="8" />
          <rect
            className={styles.window}
            x={life.window * 100}
            width={100 - life.window * 100}
            height="8"
          />
          <rect className={styles.passed} width={life.passed * 100} height="8" />
        </svg>
        {!over && <span className={styles.now} style={{ left: `${life.passed * 100}%` }} />}
      </span>
    </Tooltip>
  );
}

/** The number beside the bar. */
export function DaysLeft(props: { to: string; status: string }) {
  const { t } = useTranslation();
  const days = lifetime(props.to, props.to).daysLeft;
  if (props.status === "revoked") return <span className="faint">–</span>;
  if (props.status === "expired" || days < 0) {
    return (
      <span className={styles.gone}>
        {t("lifetime.ago", { count: Math.max(0, -days), n: formatNumber(Math.max(0, -days)) })}
      </span>
    );
  }
  return (
    <span className={`${styles.days} ${props.status === "expiring" ? styles.dueText : ""}`}>
      {t("lifetime.days", { count: days, n: formatNumber(days) })}
    </span>
  );
}
