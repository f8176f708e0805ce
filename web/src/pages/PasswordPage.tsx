import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";

import { safeNext } from "../address";
import { profileQuery } from "../auth/session";
import { EntryFrame } from "./EntryFrame";
import { PasswordForm } from "./settings/PasswordForm";
import styles from "./LoginPage.module.css";

const route = getRouteApi("/password");

/** Before anything else, a password that somebody else has set is replaced. */
export function PasswordPage() {
  const { t } = useTranslation();
  const { next } = route.useSearch();
  const navigate = useNavigate();
  const queries = useQueryClient();
  useEffect(() => {
    document.title = `${t("password.title")} · Certwright`;
  }, [t]);
  return (
    <EntryFrame wide>
      <h1>{t("password.title")}</h1>
      <p className={styles.host}>{t("password.text")}</p>
      <PasswordForm
        onDone={() => {
          queries.removeQueries({ queryKey: profileQuery.queryKey });
          void navigate({ href: safeNext(next), replace: true });
        }}
      />
    </EntryFrame>
  );
}
