import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";

import { safeNext } from "../address";
import { sessionQuery } from "../auth/session";
import { Button } from "../components/Button";
import { EntryFrame } from "./EntryFrame";
import styles from "./LoginPage.module.css";
import { PasskeysSection } from "./settings/PasskeysSection";
import { SecondFactorSection } from "./settings/SecondFactorSection";
import settings from "./settings/Settings.module.css";

const route = getRouteApi("/second-factor");

/** Where a second factor is asked of everybody, nothing else goes until there is one. */
export function SecondFactorPage() {
  const { t } = useTranslation();
  const { next } = route.useSearch();
  const navigate = useNavigate();
  const session = useQuery({ ...sessionQuery, refetchOnMount: "always" });
  const missing = session.data?.must_enroll_2fa === true;
  useEffect(() => {
    document.title = `${t("secondFactor.needed")} · Certwright`;
  }, [t]);
  return (
    <EntryFrame wide>
      <h1>{t("secondFactor.needed")}</h1>
      <p className={styles.host}>{t("secondFactor.neededText")}</p>
      <div className={settings.form}>
        <SecondFactorSection />
        <PasskeysSection />
        <div className={settings.actions}>
          <Button
            look="primary"
            busy={session.isFetching}
            onClick={() =>
              void session.refetch().then(({ data }) => {
                if (data?.must_enroll_2fa !== true)
                  void navigate({ href: safeNext(next), replace: true });
              })
            }
          >
            {t("passkey.continue")}
          </Button>
          {missing && <span className="muted">{t("secondFactor.neededStill")}</span>}
        </div>
      </div>
    </EntryFrame>
  );
}
