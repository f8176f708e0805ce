import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { api } from "../../api";
import { Moment } from "../../components/Moment";
import { Section } from "../../components/Page";
import { SkeletonLines } from "../../components/Skeleton";
import { hasObject, useActionText } from "../activity/useActionText";
import { useActorText } from "../activity/useActorText";
import styles from "./HomePage.module.css";

export function RecentActivity() {
  const { t } = useTranslation();
  const actionText = useActionText();
  const actorText = useActorText();
  const entries = useQuery({
    queryKey: ["audit", "recent"],
    queryFn: () => api.get("/audit/logs", { query: { page: 1, per_page: 8 } }),
    placeholderData: keepPreviousData,
  }).data?.data;
  return (
    <Section
      title={t("home.recent")}
      aside={<Link to="/activity">{t("home.allActivity")}</Link>}
      card
    >
      {!entries ? (
        <SkeletonLines lines={6} label={t("common.loading")} />
      ) : (
        <ul className={styles.feed}>
          {entries.map((entry) => (
            <li key={entry.id}>
              <span>
                {actionText(entry, hasObject(entry))}{" "}
                {hasObject(entry) && <b>{entry.resource_name}</b>}{" "}
                <small>
                  {t("home.by", {
                    name:
                      entry.username === "system"
                        ? t("activity.system")
                        : actorText(entry.username),
                  })}
                </small>
              </span>
              <Moment at={entry.timestamp} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
