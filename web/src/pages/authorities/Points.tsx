import { useQuery } from "@tanstack/react-query";
import { Activity } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { Authority } from "../../api";
import { Button } from "../../components/Button";
import { EmptyState } from "../../components/EmptyState";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Section } from "../../components/Page";
import { pointsQuery } from "../revocation/queries";
import styles from "./Authorities.module.css";
import { PointsTable } from "./PointsTable";

/** What certificates point to, fetched as clients fetch it. It takes seconds: it is asked for. */
export function Points({ authority }: { authority: Authority }) {
  const { t } = useTranslation();
  const points = useQuery({ ...pointsQuery(authority.id), enabled: false });
  const measure = (
    <Button small icon={Activity} busy={points.isFetching} onClick={() => void points.refetch()}>
      {t("points.measure")}
    </Button>
  );
  const rows = points.data?.data;
  return (
    <Section title={t("points.title")} card flush aside={rows && measure}>
      {points.isError && <ErrorNotice error={points.error} />}
      <div className={styles.issuedTable}>
        {rows || points.isFetching ? (
          <PointsTable rows={rows} stale={points.isFetching} />
        ) : (
          <EmptyState icon={Activity} title={t("points.notYet")} action={measure}>
            {t("points.notYetText")}
          </EmptyState>
        )}
      </div>
    </Section>
  );
}
