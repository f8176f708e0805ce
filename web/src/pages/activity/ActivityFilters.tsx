import { useQuery } from "@tanstack/react-query";
import { Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { api } from "../../api";
import { Button } from "../../components/Button";
import { Form, SelectField, TextField } from "../../components/Field";
import { useDebounced } from "../../components/useDebounced";
import { useShortcuts } from "../../components/useShortcuts";
import styles from "./Activity.module.css";
import type { ActivitySearch } from "./search";
import { useActionText } from "./useActionText";

export function ActivityFilters(props: {
  search: ActivitySearch;
  onChange: (search: ActivitySearch) => void;
}) {
  const { t } = useTranslation();
  const actionText = useActionText();
  const { search } = props;
  const actions = useQuery({
    queryKey: ["audit", "actions"],
    queryFn: () => api.get("/audit/actions"),
  }).data?.data.actions;
  const set = (change: { [K in keyof ActivitySearch]?: ActivitySearch[K] | undefined }) =>
    props.onChange({ ...search, ...change } as ActivitySearch);

  return (
    <search className={styles.filters}>
      <QueryInput value={search.q ?? ""} onChange={(q) => set({ q: q || undefined })} />
      <Form>
        <SelectField
          label={t("activity.action")}
          value={search.action ?? ""}
          onChange={(action) => set({ action: action || undefined })}
          options={[
            { value: "", label: t("activity.anyAction") },
            ...(actions ?? (search.action ? [search.action] : [])).map((action) => ({
              value: action,
              label: actionText({ action }),
            })),
          ]}
        />
      </Form>
      <SelectField
        label={t("activity.result")}
        value={search.result ?? ""}
        onChange={(result) =>
          set({ result: result === "failed" || result === "done" ? result : undefined })
        }
        options={[
          { value: "", label: t("activity.anyResult") },
          { value: "done", label: t("activity.done") },
          { value: "failed", label: t("activity.failed") },
        ]}
      />
      <TextField
        label={t("activity.from")}
        type="date"
        value={search.from ?? ""}
        onChange={(from) => set({ from: from || undefined })}
      />
      <TextField
        label={t("activity.to")}
        type="date"
        value={search.to ?? ""}
        onChange={(to) => set({ to: to || undefined })}
      />
      {Object.keys(search).length > 0 && (
        <Button look="ghost" onClick={() => props.onChange({})}>
          {t("certificates.clearFilters")}
        </Button>
      )}
    </search>
  );
}

function QueryInput(props: { value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation();
  const input = useRef<HTMLDivElement>(null);
  const [typed, setTyped] = useState(props.value);
  const settled = useDebounced(typed, 300);
  const sent = useRef(props.value);
  const send = useRef(props.onChange);
  useEffect(() => {
    send.current = props.onChange;
  });
  useEffect(() => {
    if (settled.trim() === sent.current) return;
    sent.current = settled.trim();
    send.current(settled.trim());
  }, [settled]);
  useEffect(() => {
    if (props.value !== sent.current) {
      sent.current = props.value;
      setTyped(props.value);
    }
  }, [props.value]);
  useShortcuts({ "/": () => input.current?.querySelector("input")?.select() });
  return (
    <div ref={input} className={styles.query}>
      <TextField
        label={t("activity.search")}
        type="search"
        placeholder={t("activity.placeholder")}
        value={typed}
        onChange={setTyped}
        end={<Search size={15} aria-hidden />}
      />
    </div>
  );
}
