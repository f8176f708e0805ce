import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { PackageOpen, SearchX } from "lucide-react";
import { useTranslation } from "react-i18next";

import { api, type AcmeOrder } from "../../api";
import { identifierValues, problemText } from "../../api/loose";
import { ButtonLink } from "../../components/Button";
import { Identifier } from "../../components/Copy";
import { DataTable, type Column } from "../../components/DataTable";
import { EmptyState } from "../../components/EmptyState";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Chip, Filters } from "../../components/Filters";
import { MenuCheck } from "../../components/Menu";
import { Moment } from "../../components/Moment";
import { Pager } from "../../components/Pager";
import { AcmeState } from "../../components/State";
import styles from "./Enrolment.module.css";
import { OrderDrawer } from "./OrderDrawer";
import { orderStatuses, type OrderStatus } from "./orderStatus";

const route = getRouteApi("/shell/enrolment");

export function OrdersTab() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { page = 1, status, order: opened } = route.useSearch();
  const orders = useQuery({
    queryKey: ["acme", "orders", page, status],
    queryFn: () => api.get("/acme/orders", { query: { page, per_page: 50, status } }),
    placeholderData: keepPreviousData,
  });
  const show = (change: { order?: number; page?: number; status?: OrderStatus }) =>
    void navigate({
      to: "/enrolment",
      search: { tab: "orders", ...(status ? { status } : {}), ...change },
      resetScroll: false,
    });
  const columns: Column<AcmeOrder>[] = [
    {
      id: "names",
      title: t("fact.names"),
      card: "title",
      cell: (order) => {
        const names = identifierValues(order.identifiers);
        const problem = problemText(order.error);
        const text =
          names.slice(0, 2).join(", ") + (names.length > 2 ? ` +${names.length - 2}` : "");
        return (
          <span className={styles.two} title={names.join(", ")}>
            <button type="button" className={styles.open} onClick={() => show({ order: order.id })}>
              {text}
            </button>
            {problem && <small className={styles.error}>{problem}</small>}
          </span>
        );
      },
    },
    {
      id: "state",
      title: t("column.state"),
      card: "state",
      width: "9rem",
      cell: ({ status }) => <AcmeState status={status} />,
    },
    {
      id: "order",
      title: t("order.order"),
      from: "large",
      width: "12rem",
      cell: ({ order_id }) => <Identifier text={order_id} />,
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
  if (orders.isError && !orders.data) return <ErrorNotice error={orders.error} />;
  return (
    <>
      <div className={styles.intro}>
        <Filters>
          <Chip
            label={t("column.state")}
            value={status && t(`acmeState.${status}`)}
            onRemove={() => void navigate({ to: "/enrolment", search: { tab: "orders" } })}
          >
            {orderStatuses.map((one) => (
              <MenuCheck key={one} checked={status === one} onSelect={() => show({ status: one })}>
                {t(`acmeState.${one}`)}
              </MenuCheck>
            ))}
          </Chip>
        </Filters>
      </div>
      <div className={styles.list}>
        <DataTable
          caption={t("enrolment.orders")}
          columns={columns}
          rows={orders.data?.data}
          rowKey={({ id }) => id}
          skeleton={5}
          onOpen={({ id }) => show({ order: id })}
          empty={
            status ? (
              <EmptyState icon={SearchX} title={t("order.noneOf")}>
                {t("certificates.noMatchText")}
              </EmptyState>
            ) : (
              <EmptyState
                icon={PackageOpen}
                title={t("order.none")}
                action={
                  <ButtonLink to="/enrolment" search={{} as never} look="primary">
                    {t("enrolment.connect")}
                  </ButtonLink>
                }
              >
                {t("order.noneText")}
              </EmptyState>
            )
          }
        />
      </div>
      <Pager
        meta={orders.data?.meta}
        shown={orders.data?.data.length ?? 0}
        onPage={(next) => show({ page: next })}
      />
      {opened !== undefined && (
        <OrderDrawer
          id={opened}
          onClose={() =>
            void navigate({
              to: "/enrolment",
              search: {
                tab: "orders",
                ...(status ? { status } : {}),
                ...(page > 1 ? { page } : {}),
              },
              replace: true,
              resetScroll: false,
            })
          }
        />
      )}
    </>
  );
}
