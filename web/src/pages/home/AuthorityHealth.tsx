import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { api } from "../../api";
import { useCan } from "../../auth/useCan";
import { ErrorNotice } from "../../components/ErrorNotice";
import { LifetimeBar } from "../../components/LifetimeBar";
import { Section } from "../../components/Page";
import { SkeletonLines } from "../../components/Skeleton";
import { formatDay } from "../../format";
import { AuthorityState } from "../authorities/AuthorityState";
import { useCrls } from "../authorities/useCrls";
import { authorityWindow, lifeStatus } from "../authorities/life";
import styles from "./HomePage.module.css";

export function AuthorityHealth() {
  const { t } = useTranslation();
  const can = useCan();
  const cas = useQuery({
    queryKey: ["cas", "list"],
    queryFn: () => api.get("/cas"),
    placeholderData: keepPreviousData,
  });
  const crls = useCrls();
  return (
    <Section title={t("nav.authorities")} card flush>
      {cas.isError ? (
        <div className={styles.pad}>
          <ErrorNotice error={cas.error} />
        </div>
      ) : !cas.data ? (
        <div className={styles.pad}>
          <SkeletonLines lines={4} label={t("common.loading")} />
        </div>
      ) : (
        <ul className={styles.authorities}>
          {cas.data.data.slice(0, 5).map((ca) => {
            const crl = crls?.find(({ ca_id }) => ca_id === ca.id);
            return (
              <li key={ca.id}>
                <Link to="/authorities/$id" params={{ id: String(ca.id) }}>
                  <span className={styles.line}>
                    <b>{ca.name}</b>
                    <AuthorityState authority={ca} crl={crl} />
                  </span>
                  <LifetimeBar
                    from={ca.valid_from}
                    to={ca.valid_to}
                    status={lifeStatus(ca)}
                    window={authorityWindow}
                    wide
                  />
                  <span className={styles.line}>
                    <small>{t("home.until", { day: formatDay(ca.valid_to) })}</small>
                    {can("read:crl") && (
                      <small>
                        {crl
                          ? t(crl.is_stale ? "home.crlStale" : "home.crlUntil", {
                              day: formatDay(crl.next_update),
                            })
                          : t("home.noCrl")}
                      </small>
                    )}
                  </span>
                </Link>
              </li>
            );
          })}
        </ul>
      )}
    </Section>
  );
}
