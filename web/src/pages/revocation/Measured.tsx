import { Activity } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { Authority } from "../../api";
import { Button } from "../../components/Button";
import { EmptyState } from "../../components/EmptyState";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Section } from "../../components/Page";
import { PointsTable } from "../authorities/PointsTable";
import styles from "./Revocation.module.css";
import type { AllMeasured } from "./useMeasured";

/** Every address that certificates name, what does not work first. */
export function Measured(props: { authorities: Authority[] | undefined; measured: AllMeasured }) {
  const { t } = useTranslation();
  const { points, errors, busy, known, measure } = props.measured;
  const button = (
    <Button small icon={Activity} busy={busy} onClick={measure}>
      {t("points.measure")}
    </Button>
  );
  if (props.authorities?.length === 0) return null;
  return (
    <Section title={t("points.title")} card flush aside={(known || busy) && button}>
      {errors.map(({ authority, error }) => (
        <div key={authority.id} className={styles.problem}>
          <p>{authority.name}</p>
          <ErrorNotice error={error} />
        </div>
      ))}
      <div className={styles.table}>
        {known || busy ? (
          <PointsTable
            rows={
              known
                ? [...points].sort((a, b) => Number(a.is_fresh) - Number(b.is_fresh))
                : undefined
            }
            stale={busy}
            of={({ authority }) => authority.name}
          />
        ) : (
          <EmptyState icon={Activity} title={t("points.notYet")} action={button}>
            {t("points.notYetText")}
          </EmptyState>
        )}
      </div>
    </Section>
  );
}
