import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api } from "../../api";
import { useCan } from "../../auth/useCan";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Page } from "../../components/Page";
import { Tabs } from "../../components/Tabs";
import { AccountsTab } from "./AccountsTab";
import { AllowedNamesTab } from "./AllowedNamesTab";
import { useWaitingOrders } from "./approvals";
import { ApprovalsTab } from "./ApprovalsTab";
import { ConnectTab } from "./ConnectTab";
import { CredentialsTab } from "./CredentialsTab";
import { CsrProfilesTab } from "./CsrProfilesTab";
import { DomainsTab } from "./DomainsTab";
import { LimitsTab } from "./LimitsTab";
import { OperationsTab } from "./OperationsTab";
import { OrdersTab } from "./OrdersTab";
import { ServicesTab } from "./ServicesTab";
import { StatisticsTab } from "./statistics/StatisticsTab";
import { usePlace } from "./usePlace";

const route = getRouteApi("/shell/enrolment");

export function EnrolmentPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const can = useCan();
  const search = route.useSearch();
  const { error } = usePlace(search.service);
  const waiting = useWaitingOrders();
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
          { id: "services", label: t("service.tab"), content: <ServicesTab /> },
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
          ...(can("read:acme")
            ? [
                {
                  id: "approvals",
                  label: t("approval.tab"),
                  count: waiting || undefined,
                  content: <ApprovalsTab />,
                },
              ]
            : []),
          { id: "credentials", label: t("eab.tab"), content: <CredentialsTab /> },
          { id: "rules", label: t("csrProfile.tab"), content: <CsrProfilesTab /> },
          ...(can("write:acme")
            ? [{ id: "names", label: t("allowed.tab"), content: <AllowedNamesTab /> }]
            : []),
          ...(can("read:acme")
            ? [
                { id: "domains", label: t("domain.tab"), content: <DomainsTab /> },
                { id: "limits", label: t("acmeLimits.tab"), content: <LimitsTab /> },
                { id: "statistics", label: t("acmeStats.tab"), content: <StatisticsTab /> },
              ]
            : []),
          ...(can("admin:system")
            ? [{ id: "operations", label: t("operations.tab"), content: <OperationsTab /> }]
            : []),
        ]}
      />
    </Page>
  );
}
