import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CalendarCheck, CircleAlert, Clock } from "lucide-react";
import { useTranslation } from "react-i18next";

import { DataTable } from "../../../components/DataTable";
import { EmptyState } from "../../../components/EmptyState";
import { ErrorNotice } from "../../../components/ErrorNotice";
import lists from "../../../components/List.module.css";
import { Moment } from "../../../components/Moment";
import { Section } from "../../../components/Page";
import { Label } from "../../../components/State";
import { daysUntil } from "../../../format";
import styles from "./Offline.module.css";
import { calendarQuery, type Duty } from "./queries";

/** What falls due for authorities, the next first. */
export function Calendar() {
  const { t } = useTranslation();
  const calendar = useQuery(calendarQuery);
  const rows = calendar.data?.data;
  return (
    <Section title={t("offline.calendar")} card flush>
      {calendar.isError && !rows ? (
        <div className={styles.pad}>
          <ErrorNotice error={calendar.error} onRetry={() => void calendar.refetch()} />
        </div>
      ) : (
        <div className={styles.table}>
          <DataTable<Duty>
            caption={t("offline.calendar")}
            rows={rows}
            rowKey={({ duty, ca_id, request_id, due_at }) =>
              [duty, ca_id, request_id, due_at].join("/")
            }
            skeleton={3}
            empty={<EmptyState icon={CalendarCheck} title={t("offline.nothingDue")} />}
            columns={[
              {
                id: "what",
                title: t("offline.duty"),
                card: "title",
                cell: ({ duty, name, ca_id, detail }) => (
                  <span className={lists.name}>
                    {ca_id ? (
                      <Link to="/authorities/$id" params={{ id: String(ca_id) }}>
                        {t(`offline.duty_${duty}`, { name })}
                      </Link>
                    ) : (
                      <b>{t(`offline.duty_${duty}`, { name })}</b>
                    )}
                    <small>{detail}</small>
                  </span>
                ),
              },
              {
                id: "state",
                title: t("column.state"),
                card: "state",
                width: "10rem",
                cell: ({ overdue, due_at }) =>
                  overdue ? (
                    <Label tone="expired" icon={CircleAlert} text={t("offline.overdue")} />
                  ) : (
                    <Label
                      tone={daysUntil(due_at) < 30 ? "due" : "idle"}
                      icon={Clock}
                      text={t(daysUntil(due_at) < 30 ? "offline.soon" : "offline.later")}
                    />
                  ),
              },
              {
                id: "day",
                title: t("offline.day"),
                card: "line",
                width: "9rem",
                cell: ({ due_at }) => <Moment at={due_at} as="day" />,
              },
              {
                id: "when",
                title: t("offline.when"),
                card: "end",
                align: "end",
                width: "9rem",
                cell: ({ due_at }) => <Moment at={due_at} />,
              },
            ]}
          />
        </div>
      )}
    </Section>
  );
}
