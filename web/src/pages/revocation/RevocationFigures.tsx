import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { Crl } from "../../api";
import { Moment } from "../../components/Moment";
import { Skeleton } from "../../components/Skeleton";
import { formatNumber } from "../../format";
import { statsQuery } from "../home/queries";
import { ocspStatsQuery } from "./queries";
import styles from "./Revocation.module.css";
import type { AllMeasured } from "./useMeasured";

/** The state of revocation in five numbers. */
export function RevocationFigures(props: { crls: Crl[] | undefined; measured: AllMeasured }) {
  const { t } = useTranslation();
  const ocsp = useQuery(ocspStatsQuery).data?.data;
  const stats = useQuery(statsQuery).data?.data;
  const { points, known, busy } = props.measured;
  const fresh = points.filter(({ is_fresh }) => is_fresh).length;
  const next = props.crls
    ?.filter(({ is_stale }) => !is_stale)
    .map(({ next_publish }) => next_publish)
    .sort()[0];
  const wait = <Skeleton width="4rem" height="1rem" />;
  const figures: [string, ReactNode, ReactNode?][] = [
    [
      t("revocation.points"),
      known
        ? t("job.of", { n: formatNumber(fresh), total: formatNumber(points.length) })
        : busy
          ? wait
          : "–",
      known &&
        (fresh === points.length
          ? t("points.fresh")
          : t("points.notFresh_count", { count: points.length - fresh })),
    ],
    [
      t("revocation.revoked"),
      stats ? (
        <Link to="/certificates" search={{ status: ["revoked"] }}>
          {formatNumber(stats.revoked)}
        </Link>
      ) : (
        wait
      ),
      t("revocation.revokedText"),
    ],
    [
      t("revocation.nextList"),
      props.crls ? next ? <Moment at={next} /> : "–" : wait,
      t("revocation.nextListText"),
    ],
    [
      t("revocation.asked"),
      ocsp ? formatNumber(ocsp.total_requests) : wait,
      t("revocation.askedText"),
    ],
    [
      t("revocation.ready"),
      ocsp
        ? ocsp.total_requests > 0
          ? `${Math.floor((100 * ocsp.cache_hits) / ocsp.total_requests)} %`
          : "–"
        : wait,
      t("revocation.readyText"),
    ],
  ];
  return (
    <dl className={styles.figures}>
      {figures.map(([name, value, text]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {value}
            {text && <small>{text}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
