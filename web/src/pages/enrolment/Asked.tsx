import { useTranslation } from "react-i18next";

import styles from "./Enrolment.module.css";

/** What was asked on the way to a proof, and what came back. */
export function Asked(props: {
  steps: readonly { asked: string; answered: string }[];
  open?: boolean;
}) {
  const { t } = useTranslation();
  if (props.steps.length === 0) return null;
  return (
    <details className={styles.asked} open={props.open}>
      <summary>{t("order.steps")}</summary>
      <dl>
        {props.steps.map((step, index) => (
          <div key={index}>
            <dt>{step.asked}</dt>
            <dd>{step.answered}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
