import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api } from "../../api";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Page } from "../../components/Page";
import { Tabs } from "../../components/Tabs";
import { AccountsTab } from "./AccountsTab";
import { ConnectTab } from "./ConnectTab";
import { CredentialsTab } from "./CredentialsTab";
import { OrdersTab } from "./OrdersTab";
import { usePlace } from "./usePlace";

const route = getRouteApi("/shell/enrolment");

export function EnrolmentPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = route.useSearch();
  const { error } = usePlace();
  const stats = useQuery({ queryKey: ["acme", "stats"], queryFn: () => api.get("/acme/stats") })
    .data?.data;

  return (
    <Page title={t("nav.enrolment")} lead={t("enrolment.lead")}>
      {error && <ErrorNotice error={error} />}
      <Tabs
        label={t("nav.enrolment")}
        value={search.tab ?? "connect"}
        onChange={(tab) =>
          void navigate({ to: "/enrolment", search: tab === "connect" ? {} : { tab } })
        }
        tabs={[
          { id: "connect", label: t("enrolment.connect"), content: <ConnectTab /> },
          {
            id: "accounts",
            label: t("enrolment.accounts"),
            count: stats?.accounts,
            content: <AccountsTab />,
          },
          {
            id: "orders",
            label: t("enrolment.orders"),
            count: stats?.orders,
            content: <OrdersTab />,
          },
          { id: "credentials", label: t("eab.tab"), content: <CredentialsTab /> },
        ]}
      />
    </Page>
  );
}
