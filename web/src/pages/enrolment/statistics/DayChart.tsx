import { useState, type CSSProperties } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "../../../components/Button";
import { Section } from "../../../components/Page";
import { formatDay, formatShortDay } from "../../../format";
import chart from "../../../components/Chart.module.css";
import tables from "../../home/ExpiryChart.module.css";
import { niceScale } from "../../home/scale";
import styles from "./Statistics.module.css";

interface Point {
  date: string;
  good: number;
  bad: number;
}

/** Two counts of each day on top of one another, and the same as a table. */
export function DayChart(props: {
  title: string;
  said: string;
  good: string;
  bad: string;
  days: Point[];
}) {
  const { t } = useTranslation();
  const [asTable, setAsTable] = useState(false);
  const some = props.days.some(({ good, bad }) => good + bad > 0);
  return (
    <Section
      title={props.title}
      card
      aside={
        some && (
          <Button look="ghost" small className="flush-end" onClick={() => setAsTable(!asTable)}>
            {t(asTable ? "expiry.asChart" : "expiry.asTable")}
          </Button>
        )
      }
    >
      <p className={chart.verdict}>{props.said}</p>
      {some && (asTable ? <Table {...props} /> : <Bars {...props} />)}
    </Section>
  );
}

type Shown = Parameters<typeof DayChart>[0];

function Bars({ days, said, good, bad }: Shown) {
  // A scale that ends at one would make a single certificate look like a crowd.
  const { top, ticks } = niceScale(Math.max(...days.map((day) => day.good + day.bad), 4));
  const size = (value: number) => ({ "--size": `${(value / top) * 100}%` }) as CSSProperties;
  return (
    <div className={chart.frame} role="img" aria-label={said}>
      <div className={chart.scale} aria-hidden>
        {ticks.map((tick) => (
          <span key={tick} style={{ bottom: `${(tick / top) * 100}%` }}>
            {tick}
          </span>
        ))}
      </div>
      <div className={chart.plot}>
        {ticks.slice(1).map((tick) => (
          <i key={tick} className={chart.grid} style={{ bottom: `${(tick / top) * 100}%` }} />
        ))}
        {days.map((day) => (
          <span
            key={day.date}
            className={chart.column}
            title={`${formatDay(day.date)}: ${day.good} ${good}, ${day.bad} ${bad}`}
          >
            {day.good > 0 && <i className={`${chart.bar} ${styles.good}`} style={size(day.good)} />}
            {day.bad > 0 && <i className={`${chart.bar} ${styles.bad}`} style={size(day.bad)} />}
          </span>
        ))}
      </div>
      <div className={styles.ends}>
        <span>{formatShortDay(days[0]?.date)}</span>
        <span>{formatShortDay(days.at(-1)?.date)}</span>
      </div>
      <ul className={chart.legend}>
        <li>
          <i className={styles.good} /> {good}
        </li>
        <li>
          <i className={styles.bad} /> {bad}
        </li>
      </ul>
    </div>
  );
}

function Table({ days, good, bad }: Shown) {
  const { t } = useTranslation();
  return (
    <table className={`${tables.table} num`}>
      <thead>
        <tr>
          <th scope="col">{t("acmeStats.day")}</th>
          <th scope="col">{good}</th>
          <th scope="col">{bad}</th>
        </tr>
      </thead>
      <tbody>
        {days
          .filter((day) => day.good + day.bad > 0)
          .map((day) => (
            <tr key={day.date}>
              <th scope="row">{formatDay(day.date)}</th>
              <td>{day.good}</td>
              <td>{day.bad}</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}
