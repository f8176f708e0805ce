import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { FilePlus2, Inbox, PenLine, Trash2, Upload } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, type CertificateRequest } from "../../api";
import { useCan } from "../../auth/useCan";
import { Button } from "../../components/Button";
import { DataTable } from "../../components/DataTable";
import { EmptyState } from "../../components/EmptyState";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Chip, Filters, SearchInput } from "../../components/Filters";
import { MenuCheck } from "../../components/Menu";
import { NoMatch } from "../../components/NoMatch";
import { Page } from "../../components/Page";
import { Pager } from "../../components/Pager";
import { SelectionBar } from "../../components/SelectionBar";
import { useSelection } from "../../components/useSelection";
import styles from "../../components/List.module.css";
import { useRequestColumns } from "./columns";
import { DeleteRequestsDialog } from "./DeleteRequestsDialog";
import { GenerateDialog } from "./GenerateDialog";
import { requestStatuses, toRequestQuery, type RequestSearch } from "./search";
import { SignDialog } from "./SignDialog";
import { UploadDialog } from "./UploadDialog";

const route = getRouteApi("/shell/requests");
const perPage = 50;
/** The server takes a hundred at once. */
const most = 100;

type Open = "upload" | "generate" | "sign" | "delete";

export function RequestsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const can = useCan();
  const search = route.useSearch();
  const columns = useRequestColumns();
  const [open, setOpen] = useState<Open>();
  const { rows: chosen, ids, clear, select } = useSelection<CertificateRequest>();

  const query = toRequestQuery(search, perPage);
  const list = useQuery({
    queryKey: ["csrs", "list", query],
    queryFn: ({ signal }) => api.get("/csrs", { query, signal }),
    placeholderData: keepPreviousData,
  });
  const show = (next: RequestSearch) => {
    clear();
    void navigate({ to: "/requests", search: next });
  };
  const rows = list.data?.data;
  const signable = chosen.filter(({ status }) => status === "pending");
  const tooMany = chosen.length > most && t("bulk.tooMany", { most });
  const upload = (
    <Button look="primary" icon={Upload} needs="write:csrs" onClick={() => setOpen("upload")}>
      {t("request.upload")}
    </Button>
  );
  const generate = (
    <Button icon={FilePlus2} needs="write:csrs" onClick={() => setOpen("generate")}>
      {t("request.generate")}
    </Button>
  );

  return (
    <Page
      title={t("nav.requests")}
      lead={t("request.lead")}
      actions={
        <>
          {generate}
          {upload}
        </>
      }
    >
      <Filters>
        <SearchInput
          label={t("request.search")}
          placeholder={t("request.placeholder")}
          value={search.q ?? ""}
          onSearch={(q) => {
            show({ ...(search.status ? { status: search.status } : {}), ...(q ? { q } : {}) });
            return undefined;
          }}
        />
        <Chip
          label={t("column.state")}
          value={search.status && t(`request.show_${search.status}`)}
          onRemove={() => show(search.q ? { q: search.q } : {})}
        >
          <MenuCheck
            checked={!search.status}
            onSelect={() => show(search.q ? { q: search.q } : {})}
          >
            {t("request.show_pending")}
          </MenuCheck>
          {requestStatuses.map((status) => (
            <MenuCheck
              key={status}
              checked={search.status === status}
              onSelect={() => show({ ...(search.q ? { q: search.q } : {}), status })}
            >
              {t(`request.show_${status}`)}
            </MenuCheck>
          ))}
        </Chip>
        {(search.q ?? search.status) && (
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
            caption={t("nav.requests")}
            columns={columns}
            rows={rows}
            rowKey={(request) => request.id}
            rowName={(request) => request.name}
            skeleton={6}
            stale={list.isPlaceholderData}
            selected={ids}
            {...(can("write:csrs") || can("delete:csrs") ? { onSelect: select } : {})}
            onOpen={({ id }) => void navigate({ to: "/requests/$id", params: { id: String(id) } })}
            empty={
              (search.q ?? search.status) ? (
                <NoMatch title={t("request.noMatch")} onClear={() => show({})} />
              ) : (
                <EmptyState
                  icon={Inbox}
                  title={t("request.none")}
                  action={
                    <>
                      {upload}
                      {generate}
                    </>
                  }
                >
                  {t("request.noneText")}
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
        <SelectionBar count={chosen.length} onClear={clear}>
          <Button
            small
            icon={PenLine}
            needs="write:certificates"
            blocked={tooMany || (signable.length === 0 && t("request.noneSignable"))}
            onClick={() => setOpen("sign")}
          >
            {t("request.signMany", { count: signable.length })}
          </Button>
          <Button
            small
            icon={Trash2}
            needs="delete:csrs"
            blocked={tooMany}
            onClick={() => setOpen("delete")}
          >
            {t("request.deleteMany", { count: chosen.length })}
          </Button>
        </SelectionBar>
      )}
      {open === "upload" && <UploadDialog onClose={() => setOpen(undefined)} />}
      {open === "generate" && <GenerateDialog onClose={() => setOpen(undefined)} />}
      {open === "sign" && (
        <SignDialog requests={signable} onDone={clear} onClose={() => setOpen(undefined)} />
      )}
      {open === "delete" && (
        <DeleteRequestsDialog requests={chosen} onDone={clear} onClose={() => setOpen(undefined)} />
      )}
    </Page>
  );
}
