import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api, type Body } from "../../api";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Findings, Problems } from "../../components/Findings";
import { Facts } from "../../components/Page";
import { SkeletonLines } from "../../components/Skeleton";
import { formatDay } from "../../format";
import { ExtensionsTab } from "../certificates/detail/ExtensionsTab";
import styles from "./Templates.module.css";

/** The certificate that the rules would make, signed by a key that exists for samples only. */
export function Sample(props: { wanted: Body<"post", "/templates/preview"> }) {
  const { t } = useTranslation();
  const sample = useQuery({
    queryKey: ["templates", "preview", props.wanted],
    queryFn: () => api.post("/templates/preview", { body: props.wanted }),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const made = sample.data?.data;
  if (sample.isError) return <ErrorNotice error={sample.error} />;
  if (!made) return <SkeletonLines lines={5} label={t("common.loading")} />;
  return (
    <div className={sample.isPlaceholderData ? styles.stale : undefined} aria-live="polite">
      {made.problems.length > 0 ? (
        <Problems problems={made.problems} />
      ) : (
        <div className={styles.made}>
          <Facts
            facts={[
              [t("fact.subject"), made.subject || "–"],
              [t("fact.names"), made.san_combined || "–"],
              [
                t("template.validity"),
                `${formatDay(made.valid_from)} – ${formatDay(made.valid_to)}`,
              ],
            ]}
          />
          <ExtensionsTab extensions={made.extensions} />
          {made.lint.length > 0 && <Findings findings={made.lint} />}
        </div>
      )}
    </div>
  );
}
