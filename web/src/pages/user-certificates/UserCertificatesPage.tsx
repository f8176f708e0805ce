import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Ban, Download, IdCard, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, type Data } from "../../api";
import { downloadGet, fileStem } from "../../api/download";
import { useCan } from "../../auth/useCan";
import { BackLink } from "../../components/BackLink";
import { ButtonLink } from "../../components/Button";
import { DataTable, type Column } from "../../components/DataTable";
import { DeleteDialog } from "../../components/DeleteDialog";
import { EmptyState } from "../../components/EmptyState";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Chip, Filters, SearchInput } from "../../components/Filters";
import { DaysLeft } from "../../components/LifetimeBar";
import lists from "../../components/List.module.css";
import { MenuCheck, MenuItem, MenuLine, RowMenu } from "../../components/Menu";
import { Moment } from "../../components/Moment";
import { NoMatch } from "../../components/NoMatch";
import { Page } from "../../components/Page";
import { Pager } from "../../components/Pager";
import { CertificateState } from "../../components/State";
import { toast } from "../../components/toasts";
import { DownloadWithKeyDialog } from "./DownloadWithKeyDialog";
import { RevokeUserCertificateDialog } from "./RevokeUserCertificateDialog";
import { statuses, type UserCertificateSearch } from "./search";

export type UserCertificate = Data<"get", "/user-certificates">["items"][number];

const perPage = 50;

/** The certificates with which people sign in: one's own, or everybody's for who manages them. */
export function UserCertificatesPage() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const search = useSearch({ from: "/shell/user-certificates" });
  const [dialog, setDialog] = useState<["revoke" | "delete" | "download", UserCertificate]>();
  const [action, chosen] = dialog ?? [];
  const close = () => setDialog(undefined);
  const show = (next: UserCertificateSearch) =>
    void navigate({ to: "/user-certificates", search: next });

  const list = useQuery({
    queryKey: ["user-certificates", search],
    queryFn: ({ signal }) =>
      api.get("/user-certificates", {
        query: {
          page: search.page ?? 1,
          per_page: perPage,
          search: search.q,
          status: search.status,
        },
        signal,
      }),
    placeholderData: keepPreviousData,
  });
  const found = list.data?.data;
  const filtered = search.q !== undefined || search.status !== undefined;
  const columns = useColumns((what, row) => setDialog([what, row]));

  return (
    <Page
      title={t("userCertificate.title")}
      above={
        <BackLink to="/certificates" search={{}}>
          {t("nav.certificates")}
        </BackLink>
      }
      lead={t("userCertificate.lead")}
    >
      <Filters>
        <SearchInput
          label={t("userCertificate.search")}
          placeholder={t("userCertificate.placeholder")}
          value={search.q ?? ""}
          onSearch={(q) => {
            show({ ...(search.status ? { status: search.status } : {}), ...(q ? { q } : {}) });
            return undefined;
          }}
        />
        <Chip
          label={t("column.state")}
          value={search.status && t(`state.${search.status}`)}
          onRemove={() => show(search.q ? { q: search.q } : {})}
        >
          {statuses.map((status) => (
            <MenuCheck
              key={status}
              checked={search.status === status}
              onSelect={() => show({ ...(search.q ? { q: search.q } : {}), status })}
            >
              {t(`state.${status}`)}
            </MenuCheck>
          ))}
        </Chip>
      </Filters>
      {list.isError && !found ? (
        <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <div className={lists.list}>
          <DataTable<UserCertificate>
            caption={t("userCertificate.title")}
            columns={columns}
            rows={found?.items}
            rowKey={({ id }) => id}
            skeleton={6}
            stale={list.isPlaceholderData}
            empty={
              filtered ? (
                <NoMatch title={t("certificates.noMatch")} onClear={() => show({})} />
              ) : (
                <EmptyState
                  icon={IdCard}
                  title={t("userCertificate.none")}
                  action={
                    <ButtonLink
                      look="primary"
                      to="/settings/$section"
                      params={{ section: "account" }}
                    >
                      {t("settings.account")}
                    </ButtonLink>
                  }
                >
                  {t("userCertificate.noneText")}
                </EmptyState>
              )
            }
          />
        </div>
      )}
      <Pager
        meta={found}
        shown={found?.items.length ?? 0}
        onPage={(page) => show({ ...search, page })}
      />
      {action === "revoke" && chosen && (
        <RevokeUserCertificateDialog certificate={chosen} onClose={close} />
      )}
      {action === "download" && chosen && (
        <DownloadWithKeyDialog certificate={chosen} onClose={close} />
      )}
      {action === "delete" && chosen && (
        <DeleteDialog
          title={t("userCertificate.deleteTitle", { name: chosen.name, user: chosen.username })}
          lead={t("userCertificate.deleteLead")}
          remove={async () => {
            await api.delete("/user-certificates/{id}", { path: { id: chosen.id } });
            await queries.invalidateQueries({ queryKey: ["user-certificates"] });
            toast(t("userCertificate.deleted", { name: chosen.name }));
            close();
          }}
          onClose={close}
        />
      )}
    </Page>
  );
}

function useColumns(
  onAction: (what: "revoke" | "delete" | "download", row: UserCertificate) => void,
): Column<UserCertificate>[] {
  const { t } = useTranslation();
  return [
    {
      id: "name",
      title: t("column.name"),
      card: "title",
      cell: (row) => (
        <span className={lists.name}>
          {row.cert_id ? (
            <Link to="/certificates/$id" params={{ id: String(row.cert_id) }} search={{}}>
              {row.common_name}
            </Link>
          ) : (
            <b>{row.common_name}</b>
          )}
          <small>{row.name}</small>
        </span>
      ),
    },
    {
      id: "user",
      title: t("userCertificate.person"),
      card: "line",
      width: "20%",
      cell: ({ owner, username }) => (
        <span className={lists.name}>
          <span>{owner || username}</span>
          {owner && owner !== username && <small>{username}</small>}
        </span>
      ),
    },
    {
      id: "state",
      title: t("column.state"),
      card: "state",
      width: "9rem",
      cell: ({ status }) => <CertificateState status={status} />,
    },
    {
      id: "left",
      title: t("column.left"),
      card: "end",
      width: "8rem",
      cell: ({ valid_to, status }) => <DaysLeft to={valid_to} status={status} />,
    },
    {
      id: "used",
      title: t("keys.used"),
      from: "medium",
      width: "9rem",
      cell: ({ last_used_at }) =>
        last_used_at ? (
          <Moment at={last_used_at} />
        ) : (
          <span className="faint">{t("keys.never")}</span>
        ),
    },
    {
      id: "actions",
      title: t("revocation.actions"),
      card: "line",
      align: "end",
      width: "5.5rem",
      cell: (row) => <Actions row={row} onAction={onAction} />,
    },
  ];
}

function Actions(props: {
  row: UserCertificate;
  onAction: (what: "revoke" | "delete" | "download", row: UserCertificate) => void;
}) {
  const { t } = useTranslation();
  const can = useCan();
  const { row, onAction } = props;
  return (
    <RowMenu label={t("revocation.actionsOf", { name: row.common_name })}>
      <MenuItem
        icon={Download}
        hint=".pem"
        onSelect={() =>
          void downloadGet(
            `/user-certificates/${row.id}/export`,
            { format: "pem" },
            `${fileStem(row.common_name)}.pem`,
          ).catch((error: unknown) =>
            toast(error instanceof Error ? error.message : t("error.unexpected")),
          )
        }
      >
        {t("export.pem")}
      </MenuItem>
      {row.has_private_key && (
        <MenuItem icon={Download} hint=".p12" onSelect={() => onAction("download", row)}>
          {t("export.pkcs12")}
        </MenuItem>
      )}
      <MenuLine />
      <MenuItem
        icon={Ban}
        danger
        disabled={!can("write:user_certificates") || row.revoked || row.status === "expired"}
        onSelect={() => onAction("revoke", row)}
      >
        {t("revoke.button")}
      </MenuItem>
      <MenuItem
        icon={Trash2}
        danger
        disabled={!can("delete:user_certificates")}
        onSelect={() => onAction("delete", row)}
      >
        {t("request.delete")}
      </MenuItem>
    </RowMenu>
  );
}
