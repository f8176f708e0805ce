import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { LogOut, Monitor, Smartphone, Terminal } from "lucide-react";
import { useTranslation } from "react-i18next";

import { api } from "../../api";
import { Button } from "../../components/Button";
import { DataTable } from "../../components/DataTable";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Moment } from "../../components/Moment";
import { Section } from "../../components/Page";
import { toast } from "../../components/toasts";
import styles from "./Settings.module.css";
import { describeAgent } from "./agent";

export function SessionsSection() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const sessions = useQuery({
    queryKey: ["account", "sessions"],
    queryFn: () => api.get("/account/sessions"),
  });
  const done = async () => {
    await queries.invalidateQueries({ queryKey: ["account", "sessions"] });
    toast(t("sessions.ended"));
  };
  const end = useMutation({
    mutationFn: (id: string | number) =>
      api.delete("/account/sessions/{session_id}", { path: { session_id: id } }),
    onSuccess: done,
  });
  const endOthers = useMutation({
    mutationFn: async () => {
      for (const session of sessions.data?.data ?? []) {
        if (!session.current)
          await api.delete("/account/sessions/{session_id}", { path: { session_id: session.id } });
      }
    },
    onSuccess: done,
  });
  const rows = sessions.data?.data;
  const others = rows?.filter(({ current }) => !current).length ?? 0;
  const error = sessions.error ?? end.error ?? endOthers.error;

  return (
    <Section
      title={t("settings.sessions")}
      card
      flush
      aside={
        others > 0 && (
          <Button small busy={endOthers.isPending} onClick={() => endOthers.mutate()}>
            {t("sessions.endOthers", { count: others })}
          </Button>
        )
      }
    >
      {error && <ErrorNotice error={error} />}
      <div className={styles.list}>
        <DataTable
          caption={t("settings.sessions")}
          rows={rows}
          rowKey={({ id }) => id}
          skeleton={2}
          columns={[
            {
              id: "agent",
              title: t("sessions.device"),
              card: "title",
              cell: (session) => {
                const agent = describeAgent(session.user_agent);
                const Icon = { phone: Smartphone, desktop: Monitor, program: Terminal }[agent.kind];
                return (
                  <span style={{ display: "flex", gap: "0.75rem", alignItems: "center" }}>
                    <Icon size={18} strokeWidth={1.6} aria-hidden />
                    <span className={styles.two} title={session.user_agent}>
                      <b>{agent.name}</b>
                      <small>{session.address}</small>
                    </span>
                  </span>
                );
              },
            },
            {
              id: "seen",
              title: t("sessions.seen"),
              card: "line",
              width: "11rem",
              cell: (session) =>
                session.current ? t("sessions.current") : <Moment at={session.last_seen_at} />,
            },
            {
              id: "since",
              title: t("sessions.since"),
              from: "medium",
              width: "10rem",
              cell: (session) => <Moment at={session.created_at} />,
            },
            {
              id: "end",
              title: t("sessions.action"),
              card: "state",
              align: "end",
              width: "8rem",
              cell: (session) =>
                session.current ? null : (
                  <Button
                    small
                    look="ghost"
                    icon={LogOut}
                    busy={end.isPending && end.variables === session.id}
                    onClick={() => end.mutate(session.id)}
                  >
                    {t("sessions.end")}
                  </Button>
                ),
            },
          ]}
        />
      </div>
    </Section>
  );
}
