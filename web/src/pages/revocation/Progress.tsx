import { useTranslation } from "react-i18next";

import { formatNumber } from "../../format";
import type { Job } from "./queries";
import styles from "./Revocation.module.css";

/** How many are through, as a bar and in numbers. */
export function Progress(props: { job: Job; wide?: boolean }) {
  const { t } = useTranslation();
  const { total, revoked, failed } = props.job;
  return (
    <span className={props.wide ? `${styles.progress} ${styles.wide}` : styles.progress}>
      <progress max={total} value={revoked + failed} aria-label={t("job.progress")} />
      <span className="num">
        {t("job.of", { n: formatNumber(revoked + failed), total: formatNumber(total) })}
      </span>
    </span>
  );
}
