import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { DataTable } from "../../components/DataTable";
import { ErrorNotice } from "../../components/ErrorNotice";
import lists from "../../components/List.module.css";
import { Moment } from "../../components/Moment";
import { Section } from "../../components/Page";
import { formatNumber } from "../../format";
import { useActorText } from "../activity/useActorText";
import { useReasonText } from "../certificates/useReasonText";
import { JobState } from "./JobState";
import { jobsQuery, type Job } from "./queries";
import { Progress } from "./Progress";
import styles from "./Revocation.module.css";

/** Revocations of many, which go on in the background. */
export function Jobs() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const actorText = useActorText();
  const reasonText = useReasonText();
  const jobs = useQuery(jobsQuery);
  const rows = jobs.data?.data;
  return (
    <Section title={t("job.many")} card flush>
      {jobs.isError && !rows ? (
        <div className={styles.pad}>
          <ErrorNotice error={jobs.error} onRetry={() => void jobs.refetch()} />
        </div>
      ) : rows?.length === 0 ? (
        <p className={styles.pad}>{t("job.none")}</p>
      ) : (
        <div className={styles.table}>
          <DataTable<Job>
            caption={t("job.many")}
            rows={rows}
            rowKey={({ id }) => id}
            skeleton={2}
            onOpen={({ id }) =>
              void navigate({ to: "/revocation/jobs/$id", params: { id: String(id) } })
            }
            columns={[
              {
                id: "what",
                title: t("job.certificates"),
                card: "title",
                cell: (job) => (
                  <span className={lists.name}>
                    <Link to="/revocation/jobs/$id" params={{ id: String(job.id) }}>
                      {t("authority.certificates", {
                        count: job.total,
                        n: formatNumber(job.total),
                      })}
                    </Link>
                    <small>{reasonText(job.reason)}</small>
                  </span>
                ),
              },
              {
                id: "state",
                title: t("column.state"),
                card: "state",
                width: "12rem",
                cell: (job) => <JobState job={job} />,
              },
              {
                id: "progress",
                title: t("job.progress"),
                card: "line",
                width: "14rem",
                cell: (job) => <Progress job={job} />,
              },
              {
                id: "by",
                title: t("job.by"),
                from: "medium",
                width: "9rem",
                cell: ({ created_by }) => actorText(created_by),
              },
              {
                id: "at",
                title: t("job.begun"),
                card: "end",
                align: "end",
                width: "9rem",
                cell: ({ created_at }) => <Moment at={created_at} />,
              },
            ]}
          />
        </div>
      )}
    </Section>
  );
}
