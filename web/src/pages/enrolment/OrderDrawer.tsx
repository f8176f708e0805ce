import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleCheck, CircleDashed, CircleX, LoaderCircle } from "lucide-react";
import { useTranslation } from "react-i18next";

import { api } from "../../api";
import { Identifier } from "../../components/Copy";
import { Dialog } from "../../components/Dialog";
import { Moment } from "../../components/Moment";
import { Facts } from "../../components/Page";
import { Pending } from "../../components/Pending";
import { AcmeState, Label } from "../../components/State";
import { Attempt } from "./Attempt";
import styles from "./Enrolment.module.css";
import { isUnderWay, orderSteps, orderWay } from "./orderWay";

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
    refetchInterval: ({ state }) => (isUnderWay(state.data?.data.status) ? 3_000 : false),
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
      {query.isError || !order ? (
        <Pending query={query} lines={8} />
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
