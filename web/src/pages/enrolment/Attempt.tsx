import { useTranslation } from "react-i18next";

import { AcmeState } from "../../components/State";
import { formatRelative } from "../../format";
import { Asked } from "./Asked";
import styles from "./Enrolment.module.css";
import type { OrderTrace } from "./orderWay";

/** One name of an order: how it was tried, what was asked and answered, and what to do. */
export function Attempt({ attempt }: { attempt: OrderTrace["authorizations"][number] }) {
  const { t } = useTranslation();
  const name = attempt.wildcard
    ? `*.${attempt.identifier.replace(/^\*\./, "")}`
    : attempt.identifier;
  return (
    <section>
      <h3 className={styles.attempt}>
        <span>{name}</span>
        <AcmeState status={attempt.status} />
      </h3>
      <p className="muted">
        {[
          attempt.attempts > 0 || attempt.attempted_at
            ? t("order.attempts", {
                count: Math.max(1, attempt.attempts),
                when: formatRelative(attempt.attempted_at),
              })
            : attempt.status === "valid"
              ? undefined
              : t("order.notTried"),
          attempt.challenge && t("order.by", { challenge: attempt.challenge }),
          attempt.next_attempt_at &&
            t("order.next", { when: formatRelative(attempt.next_attempt_at) }),
        ]
          .filter(Boolean)
          .join(" · ")}
      </p>
      {attempt.error && <p className={styles.problem}>{attempt.error}</p>}
      {attempt.advice && (
        <p className={styles.advice}>
          <b>{t("order.advice")}</b> {attempt.advice}
        </p>
      )}
      <Asked steps={attempt.steps} open={attempt.status === "invalid"} />
    </section>
  );
}
