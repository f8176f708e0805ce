import type { CSSProperties } from "react";

import { formatNumber } from "../../../format";
import chart from "../../home/ExpiryChart.module.css";
import styles from "./Statistics.module.css";

type Look = "good" | "waiting" | "bad";

/** A row for each thing, its counts, and their shares as a bar. */
export function TallyTable(props: {
  of: string;
  columns: { title: string; look: Look }[];
  rows: { name: string; counts: number[] }[];
}) {
  const most = Math.max(...props.rows.map(({ counts }) => counts.reduce((a, b) => a + b, 0)), 1);
  return (
    <table className={`${chart.table} num`}>
      <thead>
        <tr>
          <th scope="col">{props.of}</th>
          {props.columns.map(({ title }) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {props.rows.map(({ name, counts }) => (
          <tr key={name}>
            <th scope="row" className={styles.named}>
              {name}
              <span className={styles.share} aria-hidden>
                {counts.map((count, index) => (
                  <i
                    key={index}
                    className={styles[props.columns[index]?.look ?? "good"]}
                    style={{ "--size": `${(count / most) * 100}%` } as CSSProperties}
                  />
                ))}
              </span>
            </th>
            {counts.map((count, index) => (
              <td key={index}>{formatNumber(count)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
