import { House, ListFilter, Plus } from "lucide-react";
import { useTranslation } from "react-i18next";

import { useRestricted } from "../../auth/restricted";
import { useCan } from "../../auth/useCan";
import { Button } from "../../components/Button";
import { EmptyState } from "../../components/EmptyState";
import { Page, Section } from "../../components/Page";
import { useShell } from "../../shell/context";
import { AuthorityHealth } from "./AuthorityHealth";
import { DueSoon } from "./DueSoon";
import { Figures } from "./Figures";
import styles from "./HomePage.module.css";
import { RecentActivity } from "./RecentActivity";

/** Home of whoever is restricted, or has no right to certificates: what they may see, and nothing else. */
export function OwnHome() {
  const { t } = useTranslation();
  const { open } = useShell();
  const can = useCan();
  const restricted = useRestricted();
  const certificates = can("read:certificates");
  const authorities = can("read:cas");
  const activity = can("read:audit");
  return (
    <Page
      title={t(certificates ? "home.yours" : "home.title")}
      name={t("home.title")}
      lead={certificates && <Figures />}
      actions={
        certificates && (
          <Button
            look="primary"
            icon={Plus}
            needs="write:certificates"
            onClick={() => open("issue")}
          >
            {t("issue.title")}
          </Button>
        )
      }
    >
      {!certificates && !authorities && !activity && (
        <EmptyState icon={House} title={t("home.nothingHere")}>
          {t("home.nothingHereText")}
        </EmptyState>
      )}
      <div className={styles.grid}>
        <div>
          {certificates && <DueSoon />}
          {activity && <RecentActivity />}
        </div>
        <div>
          {restricted && (
            <Section title={t("restriction.you")} card>
              <p className={styles.restricted}>
                <ListFilter aria-hidden />
                {t("restriction.youText")}
              </p>
            </Section>
          )}
          {authorities && <AuthorityHealth />}
        </div>
      </div>
    </Page>
  );
}
