import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../../api";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Section } from "../../components/Page";
import { Skeleton } from "../../components/Skeleton";
import { Button } from "../../components/Button";
import { ExpiryBars } from "./ExpiryBars";
import { ExpiryTable } from "./ExpiryTable";
import styles from "./ExpiryChart.module.css";

const days = 90;

/** How many certificates expire in each of the coming weeks, and which of them renew themselves. */
export function ExpiryChart() {
  const { t } = useTranslation();
  const [asTable, setAsTable] = useState(false);
  const histogram = useQuery({
    queryKey: ["dashboard", "expiry", days],
    queryFn: () => api.get("/dashboard/expiry-histogram", { query: { days } }),
    placeholderData: keepPreviousData,
  });
  const buckets = histogram.data?.data.buckets;
  const sum = buckets?.reduce((all, bucket) => all + bucket.automated + bucket.manual, 0) ?? 0;
  const manual = buckets?.reduce((all, bucket) => all + bucket.manual, 0) ?? 0;

  return (
    <Section
      title={t("expiry.title")}
      card
      aside={
        sum > 0 && (
          <Button look="ghost" small className="flush-end" onClick={() => setAsTable(!asTable)}>
            {asTable ? t("expiry.asChart") : t("expiry.asTable")}
          </Button>
        )
      }
    >
      {histogram.isError && !buckets ? (
        <ErrorNotice error={histogram.error} />
      ) : !buckets ? (
        <Skeleton height="13rem" />
      ) : (
        <>
          <p className={styles.verdict}>
            {sum === 0
              ? t("expiry.none", { days })
              : manual === 0
                ? t("expiry.allAutomated", { count: sum, days })
                : manual === sum
                  ? t("expiry.noneAutomated", { count: sum, days })
                  : t("expiry.someManual", { count: manual, sum, days })}
          </p>
          {sum > 0 &&
            (asTable ? <ExpiryTable buckets={buckets} /> : <ExpiryBars buckets={buckets} />)}
        </>
      )}
    </Section>
  );
}
