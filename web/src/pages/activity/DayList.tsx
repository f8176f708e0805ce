import { CircleX } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { AuditEntry } from "../../api";
import { formatDay, formatRelative, formatTime, formatUtc } from "../../format";
import styles from "./Activity.module.css";
import { hasObject, useActionText } from "./useActionText";
import { useActorText } from "./useActorText";

/** The log by days, the latest first. */
export function DayList(props: {
  entries: AuditEntry[];
  current: number | undefined;
  onOpen: (id: number) => void;
}) {
  const { t } = useTranslation();
  const actionText = useActionText();
  const actorText = useActorText();
  const days = new Map<string, AuditEntry[]>();
  for (const entry of props.entries) {
    const day = formatDay(entry.timestamp);
    days.set(day, [...(days.get(day) ?? []), entry]);
  }
  const today = formatDay(new Date());
  const yesterday = formatDay(new Date(Date.now() - 86_400_000));
  const dayName = (day: string) =>
    day === today ? t("activity.today") : day === yesterday ? t("activity.yesterday") : undefined;

  return [...days].map(([day, entries]) => (
    <section key={day} className={styles.day}>
      <h2>
        {dayName(day) ?? day}
        {dayName(day) && <span>{day}</span>}
      </h2>
      <ol>
        {entries.map((entry) => (
          <li key={entry.id} data-current={entry.id === props.current || undefined}>
            <button type="button" onClick={() => props.onOpen(entry.id)}>
              <time
                className="num"
                dateTime={entry.timestamp}
                title={`${formatRelative(entry.timestamp)} · ${formatUtc(entry.timestamp)}`}
              >
                {formatTime(entry.timestamp)}
              </time>
              <span className={styles.what}>
                <span>{actionText(entry, hasObject(entry))}</span>{" "}
                {hasObject(entry) && <b>{entry.resource_name}</b>}
                {!entry.success && (
                  <em>
                    <CircleX aria-hidden />
                    {t("activity.failed")}
                  </em>
                )}
              </span>
              <span className={styles.who} title={entry.username}>
                {actorText(entry.username)}
              </span>
              <span className={styles.from}>{entry.ip_address}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  ));
}
