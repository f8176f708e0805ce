import { formatDay } from "../format";
import { LifetimeBar } from "./LifetimeBar";
import styles from "./LifetimeBar.module.css";

/** The bar over its two ends. */
export function LifeSpan(props: { from: string; to: string; status: string; window?: number }) {
  return (
    <div className={styles.span}>
      <LifetimeBar {...props} wide />
      <div className="num">
        <span>{formatDay(props.from)}</span>
        <span>{formatDay(props.to)}</span>
      </div>
    </div>
  );
}
