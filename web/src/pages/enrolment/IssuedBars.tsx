import { useTranslation } from "react-i18next";

import type { Data } from "../../api";
import { formatNumber, formatShortDay } from "../../format";
import styles from "./Enrolment.module.css";

type Day = Data<"get", "/acme/stats">["last_30_days"][number];

const day = 86_400_000;

/** The server names the days on which something happened; the others are part of the picture, too. */
function lastThirty(known: Day[]): Day[] {
  return Array.from({ length: 30 }, (_, index) => {
    const date = new Date(Date.now() - (29 - index) * day).toISOString().slice(0, 10);
    return known.find((one) => one.date === date) ?? { date, issued: 0, failed: 0 };
  });
}

/** Thirty days of orders: what was issued, and what failed. */
export function IssuedBars(props: { days: Day[] }) {
  const { t } = useTranslation();
  const days = lastThirty(props.days);
  const issued = days.reduce((sum, day) => sum + day.issued, 0);
  const failed = days.reduce((sum, day) => sum + day.failed, 0);
  const top = Math.max(...days.map((day) => day.issued + day.failed), 1);
  const said = [
    t("enrolment.last30Text", { count: issued, n: formatNumber(issued) }),
    ...(failed > 0
      ? [t("enrolment.last30Failed", { count: failed, n: formatNumber(failed) })]
      : []),
  ].join(", ");
  return (
    <>
      <p className="muted">{said}.</p>
      {issued + failed > 0 && (
        <>
          <svg
            className={styles.bars}
            viewBox={`0 0 ${days.length * 10} 60`}
            preserveAspectRatio="none"
            role="img"
            aria-label={said}
          >
            {days.map((day, index) => {
              const good = (day.issued / top) * 58;
              const bad = (day.failed / top) * 58;
              return (
                <g key={day.date} transform={`translate(${index * 10 + 1.5})`}>
                  <rect className={styles.idle} y="59" width="7" height="1" />
                  <rect className={styles.issued} y={60 - good} width="7" height={good} />
                  <rect className={styles.failed} y={60 - good - bad} width="7" height={bad} />
                </g>
              );
            })}
          </svg>
          <div className={styles.barEnds}>
            <span>{formatShortDay(days[0]?.date)}</span>
            <span>{formatShortDay(days.at(-1)?.date)}</span>
          </div>
        </>
      )}
    </>
  );
}
