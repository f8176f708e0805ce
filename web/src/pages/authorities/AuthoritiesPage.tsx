import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { CalendarClock, Landmark, Plus } from "lucide-react";
import { useTranslation } from "react-i18next";

import { useRestricted } from "../../auth/restricted";
import { useCan } from "../../auth/useCan";
import { Button, ButtonLink } from "../../components/Button";
import { DataTable, type Column } from "../../components/DataTable";
import { EmptyState } from "../../components/EmptyState";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Choice } from "../../components/Field";
import { LifetimeBar } from "../../components/LifetimeBar";
import { Moment } from "../../components/Moment";
import { Page } from "../../components/Page";
import { formatDay, formatKey, formatNumber } from "../../format";
import { AuthorityGraph } from "./AuthorityGraph";
import { AuthorityState } from "./AuthorityState";
import { authorityWindow, lifeStatus } from "./life";
import styles from "./Authorities.module.css";
import { casQuery } from "./queries";
import { treeRows, type TreeRow } from "./tree";
import { useCrls } from "./useCrls";

export function AuthoritiesPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const can = useCan();
  const restricted = useRestricted();
  const { view } = useSearch({ from: "/shell/authorities" });
  const make = (kind: "root" | "intermediate") =>
    void navigate({ to: "/authorities/new", search: { kind } });
  const cas = useQuery({ ...casQuery, placeholderData: keepPreviousData });
  const crls = useCrls();
  const rows = cas.data && treeRows(cas.data.data);
  const crlOf = (row: TreeRow) => crls?.find(({ ca_id }) => ca_id === row.authority.id);

  const columns: Column<TreeRow>[] = [
    {
      id: "name",
      title: t("column.name"),
      card: "title",
      width: "30%",
      cell: ({ authority, depth, lines, last }) => (
        <span className={styles.branch}>
          {depth > 0 &&
            lines.map((runs, index) => <i key={index} data-runs={runs || undefined} aria-hidden />)}
          {depth > 0 && <i className={last ? styles.elbow : styles.tee} aria-hidden />}
          <span className={styles.name}>
            <Link to="/authorities/$id" params={{ id: String(authority.id) }}>
              {authority.name}
            </Link>
            <small>{authority.is_root ? t("authority.root") : t("authority.intermediate")}</small>
          </span>
        </span>
      ),
    },
    {
      id: "state",
      title: t("column.state"),
      card: "state",
      width: "10rem",
      cell: (row) => <AuthorityState authority={row.authority} crl={crlOf(row)} />,
    },
    {
      id: "validity",
      title: t("authority.validity"),
      card: "line",
      width: "15rem",
      cell: ({ authority }) => (
        <span className={styles.validity}>
          <span className="num">{formatDay(authority.valid_to)}</span>
          <LifetimeBar
            from={authority.valid_from}
            to={authority.valid_to}
            status={lifeStatus(authority)}
            window={authorityWindow}
          />
        </span>
      ),
    },
    {
      id: "crl",
      title: t("authority.crl"),
      from: "medium",
      width: "10rem",
      cell: (row) => {
        const crl = crlOf(row);
        return crl ? (
          <Moment at={crl.next_update} />
        ) : (
          <span className="faint">{t("authority.noCrl")}</span>
        );
      },
    },
    {
      id: "key",
      title: t("issue.key"),
      from: "large",
      width: "8rem",
      cell: ({ authority }) => formatKey(authority.key_type),
    },
    {
      id: "issued",
      title: t("authority.issued"),
      align: "end",
      card: "end",
      width: "9rem",
      cell: ({ authority }) =>
        authority.certificates_count > 0 ? (
          <Link to="/certificates" search={{ ca: authority.id }} className="num">
            {t("authority.certificates", {
              count: authority.certificates_count,
              n: formatNumber(authority.certificates_count),
            })}
          </Link>
        ) : (
          <span className="faint">–</span>
        ),
    },
  ];

  return (
    <Page
      title={t("nav.authorities")}
      lead={t("authority.lead")}
      actions={
        <>
          {!restricted && (
            <ButtonLink icon={CalendarClock} to="/authorities/offline">
              {t("offline.open")}
            </ButtonLink>
          )}
          <Button icon={Plus} needs="write:cas" onClick={() => make("root")}>
            {t("createCa.rootShort")}
          </Button>
          <Button look="primary" icon={Plus} needs="write:cas" onClick={() => make("intermediate")}>
            {t("createCa.intermediateShort")}
          </Button>
        </>
      }
    >
      {cas.isError && !rows ? (
        <ErrorNotice error={cas.error} onRetry={() => void cas.refetch()} />
      ) : (
        <>
          {rows && rows.length > 0 && (
            <Choice
              label={t("graph.view")}
              value={view ?? "tree"}
              onChange={(chosen) =>
                void navigate({
                  to: "/authorities",
                  search: chosen === "graph" ? { view: chosen } : {},
                  replace: true,
                })
              }
              options={[
                { value: "tree", label: t("graph.tree") },
                { value: "graph", label: t("graph.graph") },
              ]}
            />
          )}
          {view === "graph" && cas.data && cas.data.data.length > 0 ? (
            <AuthorityGraph authorities={cas.data.data} crls={crls} />
          ) : (
            <div className={styles.list}>
              <DataTable
                caption={t("nav.authorities")}
                columns={columns.filter(({ id }) => id !== "crl" || can("read:crl"))}
                rows={rows}
                rowKey={(row) => row.authority.id}
                skeleton={3}
                onOpen={({ authority }) =>
                  void navigate({ to: "/authorities/$id", params: { id: String(authority.id) } })
                }
                empty={
                  <EmptyState
                    icon={Landmark}
                    title={t("authority.none")}
                    action={
                      <Button look="primary" needs="write:cas" onClick={() => make("root")}>
                        {t("createCa.rootTitle")}
                      </Button>
                    }
                  >
                    {t("authority.noneText")}
                  </EmptyState>
                }
              />
            </div>
          )}
        </>
      )}
    </Page>
  );
}
