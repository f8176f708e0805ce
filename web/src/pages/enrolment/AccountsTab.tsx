import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { UserRoundX } from "lucide-react";
import { useTranslation } from "react-i18next";

import { api, type AcmeAccount } from "../../api";
import { contactText } from "../../api/loose";
import { Breakable } from "../../components/Breakable";
import { Identifier } from "../../components/Copy";
import { DataTable, type Column } from "../../components/DataTable";
import { ButtonLink } from "../../components/Button";
import { EmptyState } from "../../components/EmptyState";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Moment } from "../../components/Moment";
import { Pager } from "../../components/Pager";
import { AcmeState } from "../../components/State";
import { formatKey, formatNumber } from "../../format";
import { AccountDrawer } from "./AccountDrawer";
import styles from "./Enrolment.module.css";

const route = getRouteApi("/shell/enrolment");

export function AccountsTab() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { page = 1, account: opened } = route.useSearch();
  const show = (change: { account?: number }) =>
    void navigate({
      to: "/enrolment",
      search: { tab: "accounts", ...(page > 1 ? { page } : {}), ...change },
      resetScroll: false,
    });
  const accounts = useQuery({
    queryKey: ["acme", "accounts", page],
    queryFn: () => api.get("/acme/accounts", { query: { page, per_page: 50 } }),
    placeholderData: keepPreviousData,
  });
  const columns: Column<AcmeAccount>[] = [
    {
      id: "account",
      title: t("account.account"),
      card: "title",
      cell: (account) => (
        <span className={styles.two}>
          <button
            type="button"
            className={styles.open}
            onClick={() => show({ account: account.id })}
          >
            <Breakable text={contactText(account.contact) || t("account.noContact")} />
          </button>
          <Identifier text={account.account_id} />
        </span>
      ),
    },
    {
      id: "state",
      title: t("column.state"),
      card: "state",
      width: "9rem",
      cell: ({ status }) => <AcmeState status={status} />,
    },
    {
      id: "key",
      title: t("issue.key"),
      from: "medium",
      width: "8rem",
      cell: ({ key_type }) => formatKey(key_type),
    },
    {
      id: "thumbprint",
      title: t("account.thumbprint"),
      from: "large",
      width: "12rem",
      cell: ({ thumbprint }) => <Identifier text={thumbprint} />,
    },
    {
      id: "orders",
      title: t("enrolment.orders"),
      card: "end",
      align: "end",
      width: "8rem",
      cell: ({ orders }) => (
        <span className="num">
          {t("account.orders", { count: orders, n: formatNumber(orders) })}
        </span>
      ),
    },
    {
      id: "created",
      title: t("account.created"),
      card: "line",
      named: true,
      width: "9rem",
      cell: ({ created_at }) => <Moment at={created_at} />,
    },
  ];
  if (accounts.isError && !accounts.data) return <ErrorNotice error={accounts.error} />;
  return (
    <>
      <div className={styles.list}>
        <DataTable
          caption={t("enrolment.accounts")}
          columns={columns}
          rows={accounts.data?.data}
          rowKey={({ id }) => id}
          skeleton={5}
          onOpen={({ id }) => show({ account: id })}
          empty={
            <EmptyState
              icon={UserRoundX}
              title={t("account.none")}
              action={
                <ButtonLink to="/enrolment" search={{} as never} look="primary">
                  {t("enrolment.connect")}
                </ButtonLink>
              }
            >
              {t("account.noneText")}
            </EmptyState>
          }
        />
      </div>
      <Pager
        meta={accounts.data?.meta}
        shown={accounts.data?.data.length ?? 0}
        onPage={(next) =>
          void navigate({ to: "/enrolment", search: { tab: "accounts", page: next } })
        }
      />
      {opened !== undefined && <AccountDrawer id={opened} onClose={() => show({})} />}
    </>
  );
}
