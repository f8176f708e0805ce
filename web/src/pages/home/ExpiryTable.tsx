import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { Bucket } from "../../api";
import { formatDay } from "../../format";
import styles from "./ExpiryChart.module.css";

export function ExpiryTable(props: { buckets: Bucket[] }) {
  const { t } = useTranslation();
  return (
    <table className={`${styles.table} num`}>
      <thead>
        <tr>
          <th scope="col">{t("expiry.weekFrom")}</th>
          <th scope="col">{t("expiry.automated")}</th>
          <th scope="col">{t("expiry.manual")}</th>
        </tr>
      </thead>
      <tbody>
        {props.buckets.map((bucket) => (
          <tr key={bucket.from}>
            <th scope="row">
              <Link
                to="/certificates"
                search={{
                  after: bucket.from.slice(0, 10),
                  before: bucket.to.slice(0, 10),
                  sort: "valid_to",
                }}
              >
                {formatDay(bucket.from)}
              </Link>
            </th>
            <td>{bucket.automated}</td>
            <td>{bucket.manual}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
