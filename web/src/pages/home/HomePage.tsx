import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";

import { api } from "../../api";
import { useRestricted } from "../../auth/restricted";
import { useCan } from "../../auth/useCan";
import { Button } from "../../components/Button";
import { Page } from "../../components/Page";
import { useShell } from "../../shell/context";
import { Attention } from "./Attention";
import { AuthorityHealth } from "./AuthorityHealth";
import { Beginning } from "./Beginning";
import { ExpiryChart } from "./ExpiryChart";
import { Figures } from "./Figures";
import { OwnHome } from "./OwnHome";
import { ownCertificatesQuery, statsQuery } from "./queries";
import styles from "./HomePage.module.css";
import { RecentActivity } from "./RecentActivity";

/** Who sees all certificates watches over them; others see what is theirs. */
export function HomePage() {
  const can = useCan();
  const restricted = useRestricted();
  return can("read:certificates") && !restricted ? <Watch /> : <OwnHome />;
}

function Watch() {
  const { t } = useTranslation();
  const { open } = useShell();
  const can = useCan();
  const attention = useQuery({
    queryKey: ["dashboard", "attention"],
    queryFn: () => api.get("/dashboard/attention"),
    placeholderData: keepPreviousData,
  });
  const items = attention.data?.data.items;
  const stats = useQuery(statsQuery).data?.data;
  // Before the first certificate there is nothing to watch, only something to begin. The server's own
  // certificates do not count.
  const mine = useQuery({
    ...ownCertificatesQuery,
    enabled: stats !== undefined && stats.total <= 3,
  });
  const beginning = mine.data?.data.length === 0 && items?.length === 0;
  const verdict = !items
    ? t("home.title")
    : beginning
      ? t("home.begin")
      : items.length === 0
        ? t("home.allWell")
        : t("home.needYou", { count: items.length });

  return (
    <Page
      title={verdict}
      name={t("home.title")}
      lead={beginning ? t("home.beginLead") : <Figures />}
      actions={
        <Button look="primary" icon={Plus} needs="write:certificates" onClick={() => open("issue")}>
          {t("issue.title")}
        </Button>
      }
    >
      <div className={styles.grid}>
        <div>
          {beginning ? (
            <Beginning />
          ) : (
            <>
              <Attention
                items={items}
                error={attention.error}
                onRetry={() => void attention.refetch()}
              />
              <ExpiryChart />
            </>
          )}
        </div>
        <div>
          {can("read:cas") && <AuthorityHealth />}
          {can("read:audit") && <RecentActivity />}
        </div>
      </div>
    </Page>
  );
}
