import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { api } from "../../../api";
import { ErrorNotice } from "../../../components/ErrorNotice";
import { Section } from "../../../components/Page";
import { SkeletonLines } from "../../../components/Skeleton";
import { formatNumber } from "../../../format";
import enrolment from "../Enrolment.module.css";
import { orderStatuses } from "../orderStatus";
import { DayChart } from "./DayChart";
import { statistics } from "./queries";
import styles from "./Statistics.module.css";
import { ClientTallies, ProofTallies, ServiceTallies } from "./Tallies";
import { byDay, byService, lastThirty } from "./tally";

// How many orders the server counts at most.
const mostCounted = 100_000;

/** What came of orders and proofs, who orders, and how much is issued. */
export function StatisticsTab() {
  const { t } = useTranslation();
  const stats = useQuery({ queryKey: ["acme", "stats"], queryFn: () => api.get("/acme/stats") });
  const counts = useQuery(statistics);
  const acme = stats.data?.data;
  const counted = counts.data?.data;
  const failing = [stats, counts].find((query) => query.isError && !query.data);
  if (failing) return <ErrorNotice error={failing.error} onRetry={() => void failing.refetch()} />;
  if (!acme || !counted) return <SkeletonLines lines={10} label={t("common.loading")} />;
  const days = lastThirty(byDay(counted.per_day), { issued: 0, failed: 0 });
  const services = byService(counted.per_day);
  const issued = days.reduce((sum, day) => sum + day.issued, 0);
  const failed = days.reduce((sum, day) => sum + day.failed, 0);
  return (
    <div className={enrolment.main}>
      <Section title={t("acmeStats.orders")} card>
        <ul className={styles.figures}>
          {orderStatuses.map((status) => (
            <li key={status}>
              <Link to="/enrolment" search={{ tab: "orders", status }}>
                <b>{formatNumber(acme.orders_by_status[status])}</b>
                {t(`acmeState.${status}`)}
              </Link>
            </li>
          ))}
          <li>
            <Link to="/enrolment" search={{ tab: "accounts" }}>
              <b>{formatNumber(acme.active_accounts)}</b>
              {t("acmeStats.accounts", { count: acme.active_accounts })}
            </Link>
          </li>
        </ul>
      </Section>
      <DayChart
        title={t("acmeStats.ordersDaily")}
        said={`${[
          t("enrolment.last30Text", { count: issued, n: formatNumber(issued) }),
          t("enrolment.last30Failed", { count: failed, n: formatNumber(failed) }),
        ].join(", ")}.`}
        good={t("acmeStats.issued")}
        bad={t("acmeStats.failed")}
        days={days.map((day) => ({ date: day.date, good: day.issued, bad: day.failed }))}
      />
      {!counted.complete && (
        <p className="muted">{t("acmeStats.incomplete", { n: formatNumber(mostCounted) })}</p>
      )}
      <Issuance />
      {services.length > 1 && <ServiceTallies rows={services} />}
      <div className={styles.pair}>
        <ProofTallies rows={counted.proofs} />
        <ClientTallies rows={counted.clients} />
      </div>
    </div>
  );
}

/** All ways in: the console, requests, ACME. */
function Issuance() {
  const { t } = useTranslation();
  const trend = useQuery({
    queryKey: ["dashboard", "trend", 30],
    queryFn: () => api.get("/dashboard/certificate-trend", { query: { days: 30 } }),
  });
  const days = trend.data?.data.trend;
  if (trend.isError && !days) return <ErrorNotice error={trend.error} />;
  if (!days) return <SkeletonLines lines={6} label={t("common.loading")} />;
  const issued = days.reduce((sum, day) => sum + day.issued, 0);
  const revoked = days.reduce((sum, day) => sum + day.revoked, 0);
  return (
    <DayChart
      title={t("acmeStats.allDaily")}
      said={`${[
        t("enrolment.last30Text", { count: issued, n: formatNumber(issued) }),
        t("acmeStats.revokedText", { count: revoked, n: formatNumber(revoked) }),
      ].join(", ")}.`}
      good={t("acmeStats.issued")}
      bad={t("acmeStats.revoked")}
      days={days.map((day) => ({ date: day.date, good: day.issued, bad: day.revoked }))}
    />
  );
}
