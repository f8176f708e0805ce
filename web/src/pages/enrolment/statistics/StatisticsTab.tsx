import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { api } from "../../../api";
import { useCan } from "../../../auth/useCan";
import { ErrorNotice } from "../../../components/ErrorNotice";
import { Section } from "../../../components/Page";
import { SkeletonLines } from "../../../components/Skeleton";
import { formatNumber } from "../../../format";
import enrolment from "../Enrolment.module.css";
import { orderStatuses } from "../orderStatus";
import { ClientChart, ProofChart } from "./FromActivity";
import { DayChart } from "./DayChart";
import styles from "./Statistics.module.css";
import { lastThirty } from "./tally";

/** What came of orders and proofs, who orders, and how much is issued. */
export function StatisticsTab() {
  const { t } = useTranslation();
  const can = useCan();
  const stats = useQuery({ queryKey: ["acme", "stats"], queryFn: () => api.get("/acme/stats") });
  const acme = stats.data?.data;
  if (stats.isError && !acme)
    return <ErrorNotice error={stats.error} onRetry={() => void stats.refetch()} />;
  if (!acme) return <SkeletonLines lines={10} label={t("common.loading")} />;
  const days = lastThirty(acme.last_30_days, { issued: 0, failed: 0 });
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
      <Issuance />
      {can("read:audit") && (
        <div className={styles.pair}>
          <ProofChart />
          <ClientChart />
        </div>
      )}
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
