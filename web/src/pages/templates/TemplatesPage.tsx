import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { Download, FileInput, LayoutTemplate, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Template } from "../../api";
import { base } from "../../api/client";
import { Anchor, Button } from "../../components/Button";
import { DataTable, type Column } from "../../components/DataTable";
import { EmptyState } from "../../components/EmptyState";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Chip, Filters, SearchInput } from "../../components/Filters";
import styles from "../../components/List.module.css";
import { MenuCheck } from "../../components/Menu";
import { NoMatch } from "../../components/NoMatch";
import { Page } from "../../components/Page";
import { formatKey, formatNumber } from "../../format";
import { plainKeyType } from "./form";
import { ImportTemplatesDialog } from "./ImportTemplatesDialog";
import { templatesQuery } from "./queries";
import { matches, templateKinds, type TemplateSearch } from "./search";
import { TemplateDialog } from "./TemplateDialog";
import { TemplateState } from "./TemplateState";
import { useUseText } from "./useUseText";

const route = getRouteApi("/shell/templates");

export function TemplatesPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = route.useSearch();
  const useText = useUseText();
  const [open, setOpen] = useState<"create" | "import">();
  const list = useQuery(templatesQuery);
  const rows = list.data?.data.filter((template) => matches(template, search));
  const show = (next: TemplateSearch) => void navigate({ to: "/templates", search: next });
  const days = (count: number) => t("lifetime.daysLong", { count, n: formatNumber(count) });

  const columns: Column<Template>[] = [
    {
      id: "name",
      title: t("column.name"),
      card: "title",
      cell: (template) => (
        <span className={styles.name}>
          <Link to="/templates/$id" params={{ id: String(template.id) }} title={template.name}>
            {template.name}
          </Link>
          <small title={template.description}>{template.description || "–"}</small>
        </span>
      ),
    },
    {
      id: "state",
      title: t("column.state"),
      card: "state",
      width: "7.5rem",
      cell: ({ is_active }) => <TemplateState active={is_active} />,
    },
    {
      id: "use",
      title: t("issue.use"),
      from: "large",
      width: "22%",
      cell: (template) => (
        <span className={styles.clip}>
          {template.basic_constraints.ca
            ? t("authority.title")
            : template.extended_key_usage.map(useText).join(", ") || "–"}
        </span>
      ),
    },
    {
      id: "key",
      title: t("issue.key"),
      from: "medium",
      width: "7.5rem",
      cell: ({ key_type }) => formatKey(plainKeyType(key_type)),
    },
    {
      id: "validity",
      title: t("template.validity"),
      card: "line",
      width: "8rem",
      cell: (template) => (
        <span className="num">{days(template.validity_days ?? template.max_validity_days)}</span>
      ),
    },
    {
      id: "usage",
      title: t("authority.issued"),
      from: "medium",
      align: "end",
      width: "6rem",
      cell: ({ usage_count }) => <span className="num">{formatNumber(usage_count)}</span>,
    },
    {
      id: "origin",
      title: t("template.origin"),
      from: "medium",
      card: "end",
      width: "8rem",
      cell: ({ is_system }) => t(is_system ? "template.builtIn" : "template.own"),
    },
  ];

  return (
    <Page
      title={t("nav.templates")}
      lead={t("template.lead")}
      actions={
        <>
          <Anchor icon={Download} href={`${base}/templates/export`} download="templates.json">
            {t("template.exportAll")}
          </Anchor>
          <Button icon={FileInput} needs="write:templates" onClick={() => setOpen("import")}>
            {t("import.button")}
          </Button>
          <Button
            look="primary"
            icon={Plus}
            needs="write:templates"
            onClick={() => setOpen("create")}
          >
            {t("template.create")}
          </Button>
        </>
      }
    >
      <Filters>
        <SearchInput
          label={t("template.search")}
          placeholder={t("template.placeholder")}
          value={search.q ?? ""}
          onSearch={(q) => {
            const { q: _, ...rest } = search;
            show(q ? { ...rest, q } : rest);
            return undefined;
          }}
        />
        <Chip
          label={t("template.origin")}
          value={search.show && t(`template.show_${search.show}`)}
          onRemove={() => show(search.q ? { q: search.q } : {})}
        >
          {templateKinds.map((kind) => (
            <MenuCheck
              key={kind}
              checked={search.show === kind}
              onSelect={() => show({ ...(search.q ? { q: search.q } : {}), show: kind })}
            >
              {t(`template.show_${kind}`)}
            </MenuCheck>
          ))}
        </Chip>
        {(search.q ?? search.show) && (
          <Button look="ghost" onClick={() => show({})}>
            {t("certificates.clearFilters")}
          </Button>
        )}
      </Filters>
      {list.isError && !rows ? (
        <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <div className={styles.list}>
          <DataTable
            caption={t("nav.templates")}
            columns={columns}
            rows={rows}
            rowKey={({ id }) => id}
            skeleton={8}
            onOpen={({ id }) => void navigate({ to: "/templates/$id", params: { id: String(id) } })}
            empty={
              (search.q ?? search.show) ? (
                <NoMatch title={t("template.noMatch")} onClear={() => show({})} />
              ) : (
                <EmptyState icon={LayoutTemplate} title={t("template.none")}>
                  {t("template.noneText")}
                </EmptyState>
              )
            }
          />
        </div>
      )}
      {open === "create" && <TemplateDialog onClose={() => setOpen(undefined)} />}
      {open === "import" && <ImportTemplatesDialog onClose={() => setOpen(undefined)} />}
    </Page>
  );
}
