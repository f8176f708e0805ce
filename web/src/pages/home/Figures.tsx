import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { Skeleton } from "../../components/Skeleton";
import { formatNumber } from "../../format";
import type { CertificateSearch } from "../certificates/search";
import { statsQuery } from "./queries";
import styles from "./HomePage.module.css";

/** The inventory in one line; each number leads to what it counts. */
export function Figures() {
  const { t } = useTranslation();
  const stats = useQuery(statsQuery).data?.data;
  if (!stats) return <Skeleton width="24rem" />;
  const figures: [string, number, CertificateSearch][] = [
    [t("home.total", { count: stats.total }), stats.total, {}],
    [t("home.active"), stats.valid, { status: ["valid"] }],
    [t("home.due"), stats.expiring, { status: ["expiring"], sort: "valid_to" }],
    [t("home.expired"), stats.expired, { status: ["expired"], sort: "-valid_to" }],
    [t("home.revoked"), stats.revoked, { status: ["revoked"] }],
  ];
  return (
    <span className={styles.figures}>
      {figures.map(([label, value, search]) => (
        <Link key={label} to="/certificates" search={search}>
          <b>{formatNumber(value)}</b> {label}
        </Link>
      ))}
    </span>
  );
}
