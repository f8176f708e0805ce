import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleCheck, CircleX, LoaderCircle, Stethoscope } from "lucide-react";
import { useTranslation } from "react-i18next";

import { api } from "../../api";
import { EmptyState } from "../../components/EmptyState";
import { Moment } from "../../components/Moment";
import { Pending } from "../../components/Pending";
import { AcmeState, Label } from "../../components/State";
import { Attempt } from "./Attempt";
import styles from "./Enrolment.module.css";
import { isUnderWay } from "./orderWay";

/** The latest orders of an account as they happen: each step, what failed, and the fix in words. */
export function Doctor(props: { account: number }) {
  const { t } = useTranslation();
  const trace = useQuery({
    queryKey: ["acme", "trace", props.account],
    queryFn: () =>
      api.get("/acme/accounts/{account_id}/trace", { path: { account_id: props.account } }),
    refetchInterval: ({ state }) =>
      state.data?.data.some(({ status }) => isUnderWay(status)) ? 3_000 : 15_000,
  });
  const orders = trace.data?.data;
  const last = orders?.[0];
  return (
    <section>
      <h3>{t("doctor.title")}</h3>
      {!orders ? (
        <Pending query={trace} lines={4} />
      ) : !last ? (
        <EmptyState icon={Stethoscope} title={t("doctor.none")}>
          {t("doctor.noneText")}
        </EmptyState>
      ) : (
        <>
          <p role="status">
            {last.status === "valid" ? (
              <Label tone="active" icon={CircleCheck} text={t("doctor.allWell")} />
            ) : last.status === "invalid" ? (
              <Label tone="expired" icon={CircleX} text={t("doctor.failed")} />
            ) : (
              <Label tone="accent" icon={LoaderCircle} text={t("doctor.underWay")} />
            )}
          </p>
          <ol className={styles.cases}>
            {orders.map((order, index) => (
              <li key={order.id}>
                <details open={index === 0 || order.status === "invalid"}>
                  <summary>
                    <span>{order.identifiers.map(({ value }) => value).join(", ")}</span>
                    <AcmeState status={order.status} />
                    <small className="muted">
                      <Moment at={order.created_at} />
                    </small>
                  </summary>
                  {order.error &&
                    order.authorizations.every(({ error }) => error !== order.error) && (
                      <p className={styles.problem}>{order.error}</p>
                    )}
                  {order.authorizations.map((attempt) => (
                    <Attempt
                      key={attempt.identifier + String(attempt.wildcard)}
                      attempt={attempt}
                    />
                  ))}
                  <p>
                    <Link to="/enrolment" search={{ tab: "orders", order: order.id }}>
                      {t("doctor.open")}
                    </Link>
                  </p>
                </details>
              </li>
            ))}
          </ol>
          <p className="muted">{t("doctor.live")}</p>
        </>
      )}
    </section>
  );
}
