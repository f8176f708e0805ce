import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { FileInput, IdCard, Plus, ShieldCheck } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { api, type Certificate } from "../../api";
import { useRestricted } from "../../auth/restricted";
import { useCan } from "../../auth/useCan";
import { Button, ButtonLink } from "../../components/Button";
import { DataTable } from "../../components/DataTable";
import { EmptyState } from "../../components/EmptyState";
import { ErrorNotice } from "../../components/ErrorNotice";
import lists from "../../components/List.module.css";
import { NoMatch } from "../../components/NoMatch";
import { Page } from "../../components/Page";
import { Pager } from "../../components/Pager";
import { useSelection } from "../../components/useSelection";
import { useThrottled } from "../../components/useThrottled";
import { useLiveEvent } from "../../live/context";
import { useShell } from "../../shell/context";
import { BulkBar } from "./BulkBar";
import { useCertificateColumns } from "./columns";
import { Filters } from "./Filters";
import { isFiltered, toApiQuery, type CertificateSearch } from "./search";
import styles from "./CertificatesPage.module.css";

const perPage = 50;

export function CertificatesPage(props: { current?: number }) {
  const { t } = useTranslation();
  const can = useCan();
  const restricted = useRestricted();
  const { open } = useShell();
  const queries = useQueryClient();
  const search = useSearch({ from: "/shell/certificates" });
  const navigate = useNavigate();
  const { rows: chosen, ids, clear, select } = useSelection<Certificate>();
  const [arrived, setArrived] = useState<number[]>([]);
  const frame = useRef<HTMLDivElement>(null);

  const query = toApiQuery(search, perPage);
  const list = useQuery({
    queryKey: ["certificates", query],
    queryFn: ({ signal }) => api.get("/certificates", { query, signal }),
    placeholderData: keepPreviousData,
  });

  const refresh = () => {
    setArrived([]);
    void queries.invalidateQueries({ queryKey: ["certificates"] });
  };
  const refreshSoon = useThrottled(refresh, 250);
  // The list never jumps under the pointer or a selection: there, new rows wait until they are asked for.
  const inUse = () =>
    ids.size > 0 ||
    window.scrollY > 0 ||
    Boolean(frame.current?.matches(":hover, :has(tbody :focus)"));
  useLiveEvent((event) => {
    if (event.type !== "certificate") return;
    const fresh = !/revoke|update|delete|export/.test(event.action);
    if (fresh && inUse()) setArrived((before) => [...new Set([...before, event.object])]);
    else refreshSoon();
  });

  const show = (next: CertificateSearch) => {
    const { tab: _, ...rest } = next;
    void navigate({ to: "/certificates", search: rest });
  };
  const rows = list.data?.data;
  const columns = useCertificateColumns(search, rows);
  const filtered = isFiltered(search);
  // One's own are there already.
  const fresh = arrived.filter((id) => !rows?.some((row) => row.id === id)).length;

  return (
    <Page
      title={t("nav.certificates")}
      actions={
        <>
          {can("read:user_certificates") && (
            <ButtonLink icon={IdCard} to="/user-certificates">
              {t("userCertificate.open")}
            </ButtonLink>
          )}
          {!restricted && (
            <Button icon={FileInput} needs="write:certificates" onClick={() => open("import")}>
              {t("import.button")}
            </Button>
          )}
          <Button
            look="primary"
            icon={Plus}
            needs="write:certificates"
            onClick={() => open("issue")}
          >
            {t("issue.title")}
          </Button>
        </>
      }
    >
      <Filters search={search} onChange={show} />
      {list.isError && !rows ? (
        <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <div ref={frame} className={lists.list}>
          {fresh > 0 && (
            <button type="button" className={styles.fresh} onClick={refresh}>
              {t("certificates.fresh", { count: fresh })}
            </button>
          )}
          <DataTable
            caption={t("certificates.caption")}
            columns={columns}
            rows={rows}
            rowKey={(certificate) => certificate.id}
            rowName={(certificate) => certificate.common_name}
            skeleton={12}
            stale={list.isPlaceholderData}
            sort={search.sort ?? "-created_at"}
            onSort={(sort) => show({ ...search, sort, page: undefined } as CertificateSearch)}
            selected={ids}
            current={props.current}
            onSelect={select}
            onOpen={(certificate) =>
              void navigate({
                to: "/certificates/$id",
                params: { id: String(certificate.id) },
                search,
                state: { sheet: true },
                resetScroll: false,
              })
            }
            empty={
              filtered ? (
                <NoMatch title={t("certificates.noMatch")} onClear={() => show({})} />
              ) : (
                <EmptyState
                  icon={ShieldCheck}
                  title={t("certificates.none")}
                  action={
                    <>
                      {can("read:acme") && (
                        <ButtonLink to="/enrolment" look="primary">
                          {t("certificates.connect")}
                        </ButtonLink>
                      )}
                      <Button needs="write:certificates" onClick={() => open("issue")}>
                        {t("issue.title")}
                      </Button>
                    </>
                  }
                >
                  {t("certificates.noneText")}
                </EmptyState>
              )
            }
          />
        </div>
      )}
      <Pager
        meta={list.data?.meta}
        shown={rows?.length ?? 0}
        onPage={(page) => {
          show({ ...search, page });
          window.scrollTo({ top: 0 });
        }}
      />
      {chosen.length > 0 && (
        <BulkBar
          // Another question is another answer to "all".
          key={JSON.stringify({ ...search, page: undefined, sort: undefined })}
          certificates={chosen}
          search={search}
          matching={list.data?.meta.total ?? 0}
          orMore={list.data?.meta.total_is_exact === false}
          onClear={clear}
        />
      )}
    </Page>
  );
}
