import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleCheck, Clock } from "lucide-react";
import { useTranslation } from "react-i18next";

import { api } from "../../api";
import { Breakable } from "../../components/Breakable";
import { Section } from "../../components/Page";
import { Pending } from "../../components/Pending";
import { formatRelative } from "../../format";
import styles from "./HomePage.module.css";

/** The certificates that expire next, of those that the caller sees. */
export function DueSoon() {
  const { t } = useTranslation();
  const due = useQuery({
    queryKey: ["certificates", "due"],
    queryFn: () =>
      api.get("/certificates", {
        query: {
          status: ["expiring"],
          sort_by: "valid_to",
          sort_order: "asc",
          per_page: 8,
          page: 1,
        },
      }),
    placeholderData: keepPreviousData,
  });
  const rows = due.data?.data;
  return (
    <Section
      title={t("home.dueSoon")}
      card
      flush
      aside={<Link to="/certificates">{t("nav.certificates")}</Link>}
    >
      {!rows ? (
        <div className={styles.pad}>
          <Pending query={due} lines={4} />
        </div>
      ) : rows.length === 0 ? (
        <p className={styles.well}>
          <CircleCheck aria-hidden />
          {t("home.noneDue")}
        </p>
      ) : (
        <ul className={styles.queue}>
          {rows.map(({ id, common_name, valid_to }) => (
            <li key={id}>
              <Link to="/certificates/$id" params={{ id: String(id) }} search={{}}>
                <span className={`${styles.severity} ${styles.warning}`}>
                  <Clock aria-hidden />
                </span>
                <span>
                  <b>
                    <Breakable text={common_name} />
                  </b>
                  <small>{t("attention.expires", { when: formatRelative(valid_to) })}</small>
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
