import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { ScrollText, SearchX, ShieldCheck } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, type AuditEntry } from "../../api";
import { Button } from "../../components/Button";
import { EmptyState } from "../../components/EmptyState";
import { Page } from "../../components/Page";
import { Pager } from "../../components/Pager";
import { Pending } from "../../components/Pending";
import { ActivityFilters } from "./ActivityFilters";
import { EntryDrawer } from "./EntryDrawer";
import styles from "./Activity.module.css";
import { DayList } from "./DayList";
import { ExportActivity } from "./ExportActivity";
import { toAuditQuery, type ActivitySearch } from "./search";
import { VerifyDialog } from "./VerifyDialog";

const route = getRouteApi("/shell/activity");
const perPage = 50;

export function ActivityPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = route.useSearch();
  const [verifying, setVerifying] = useState(false);
  const query = toAuditQuery(search, perPage);
  const log = useQuery({
    queryKey: ["audit", "list", query],
    queryFn: () => api.get("/audit/logs", { query }),
    placeholderData: keepPreviousData,
  });
  const show = (next: ActivitySearch, replace = false) =>
    void navigate({ to: "/activity", search: next, replace, resetScroll: false });
  const entries = log.data?.data;
  const { entry, page: _, ...filters } = search;
  const filtered = Object.keys(filters).length > 0;

  return (
    <Page
      title={t("nav.activity")}
      lead={t("activity.lead")}
      actions={
        <>
          <Button icon={ShieldCheck} needs="read:audit" onClick={() => setVerifying(true)}>
            {t("verify.button")}
          </Button>
          <ExportActivity search={filters} />
        </>
      }
    >
      <ActivityFilters search={filters} onChange={(next) => show(next)} />
      {!entries ? (
        <Pending query={log} lines={12} />
      ) : entries.length === 0 ? (
        <EmptyState
          icon={filtered ? SearchX : ScrollText}
          title={t("activity.none")}
          action={
            filtered && <Button onClick={() => show({})}>{t("certificates.clearFilters")}</Button>
          }
        >
          {filtered ? t("certificates.noMatchText") : t("activity.noneText")}
        </EmptyState>
      ) : (
        <div className={log.isPlaceholderData ? styles.stale : undefined}>
          <DayList
            entries={entries}
            current={entry}
            onOpen={(id) => show({ ...search, entry: id })}
          />
        </div>
      )}
      <Pager
        meta={log.data?.meta}
        shown={entries?.length ?? 0}
        onPage={(next) => show({ ...filters, page: next })}
      />
      {verifying && <VerifyDialog onClose={() => setVerifying(false)} />}
      {entry !== undefined && (
        <Entry
          id={entry}
          known={entries?.find(({ id }) => id === entry)}
          onClose={() => {
            const { entry: closed, ...rest } = search;
            void closed;
            show(rest, true);
          }}
        />
      )}
    </Page>
  );
}

function Entry(props: { id: number; known: AuditEntry | undefined; onClose: () => void }) {
  const single = useQuery({
    queryKey: ["audit", "entry", props.id],
    queryFn: () => api.get("/audit/logs/{log_id}", { path: { log_id: props.id } }),
    enabled: !props.known,
  });
  const entry = props.known ?? single.data?.data;
  return entry ? <EntryDrawer entry={entry} onClose={props.onClose} /> : null;
}
