import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleCheck, CircleDashed, CircleX, LoaderCircle } from "lucide-react";
import { useTranslation } from "react-i18next";

import { api } from "../../api";
import { Identifier } from "../../components/Copy";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Moment } from "../../components/Moment";
import { Facts } from "../../components/Page";
import { SkeletonLines } from "../../components/Skeleton";
import { AcmeState, Label } from "../../components/State";
import { formatRelative } from "../../format";
import styles from "./Enrolment.module.css";
import { orderSteps, orderWay, type OrderTrace } from "./orderWay";

const looks = {
  done: { tone: "active", icon: CircleCheck },
  failed: { tone: "expired", icon: CircleX },
  now: { tone: "accent", icon: LoaderCircle },
  later: { tone: "idle", icon: CircleDashed },
} as const;

/** One order: how far it came, and what was asked and answered on the way. */
export function OrderDrawer(props: { id: number; onClose: () => void }) {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: ["acme", "order", props.id],
    queryFn: () => api.get("/acme/orders/{order_id}", { path: { order_id: props.id } }),
    retry: false,
  });
  const order = query.data?.data;
  const name = order?.identifiers[0]?.value;
  return (
    <Dialog
      side
      title={name ? t("order.title", { name }) : t("order.order")}
      lead={order && <AcmeState status={order.status} />}
      onClose={props.onClose}
    >
      {query.isError ? (
        <ErrorNotice error={query.error} onRetry={() => void query.refetch()} />
      ) : !order ? (
        <SkeletonLines lines={8} label={t("common.loading")} />
      ) : (
        <div className={styles.trace}>
          <section>
            <h3>{t("order.way")}</h3>
            <ol className={styles.way}>
              {orderWay(order).map((state, index) => {
                const step = orderSteps[index] ?? "order";
                return (
                  <li key={step} data-state={state}>
                    <span>{t(`order.step_${step}`)}</span>
                    <Label {...looks[state]} text={t(`order.at_${state}`)} />
                  </li>
                );
              })}
            </ol>
            {order.error && order.authorizations.every(({ error }) => error !== order.error) && (
              <p className={styles.problem}>{order.error}</p>
            )}
          </section>
          {order.authorizations.map((attempt) => (
            <Attempt key={attempt.identifier + String(attempt.wildcard)} attempt={attempt} />
          ))}
          <Facts
            facts={[
              ...(order.certificate_id
                ? ([
                    [
                      t("certificate.title"),
                      <Link
                        key="certificate"
                        to="/certificates/$id"
                        params={{ id: String(order.certificate_id) }}
                        search={{}}
                      >
                        {name}
                      </Link>,
                    ],
                  ] as [string, React.ReactNode][])
                : []),
              ...(order.profile
                ? ([[t("order.profile"), order.profile]] as [string, string][])
                : []),
              [t("account.created"), <Moment key="created" at={order.created_at} as="full" />],
              [t("order.expires"), <Moment key="expires" at={order.expires} as="full" />],
              [t("order.order"), <Identifier key="order" text={order.order_id} full />],
            ]}
          />
        </div>
      )}
    </Dialog>
  );
}

function Attempt({ attempt }: { attempt: OrderTrace["authorizations"][number] }) {
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
      {attempt.steps.length > 0 && (
        <details className={styles.asked} open={attempt.status === "invalid"}>
          <summary>{t("order.steps")}</summary>
          <dl>
            {attempt.steps.map((step, index) => (
              <div key={index}>
                <dt>{step.asked}</dt>
                <dd>{step.answered}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </section>
  );
}
