import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";

import { api, type Body } from "../../api";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Facts } from "../../components/Page";
import { SkeletonLines } from "../../components/Skeleton";
import { Label } from "../../components/State";
import { formatDay } from "../../format";
import { ExtensionsTab } from "../certificates/detail/ExtensionsTab";
import styles from "./Templates.module.css";

const looks = {
  error: { tone: "expired", icon: CircleAlert },
  warn: { tone: "due", icon: TriangleAlert },
  notice: { tone: "idle", icon: Info },
} as const;

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
        <ul className={styles.findings}>
          {made.problems.map((problem) => (
            <li key={problem.field + problem.reason}>
              <Label {...looks.error} text={t("template.problem")} />
              <span>
                {problem.reason} <small>({problem.field})</small>
              </span>
            </li>
          ))}
        </ul>
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
          {made.lint.length > 0 && (
            <ul className={styles.findings} aria-label={t("template.lint")}>
              {made.lint.map((finding) => (
                <li key={finding.lint + finding.detail}>
                  <Label
                    {...(looks[finding.severity as keyof typeof looks] ?? looks.notice)}
                    text={finding.severity}
                    iconOnly
                  />
                  <span>
                    {finding.detail} <small>{finding.citation}</small>
                  </span>
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
    </div>
  );
}
