import { Lock } from "lucide-react";
import { useTranslation } from "react-i18next";

import { useRestricted } from "../auth/restricted";
import { ButtonLink } from "../components/Button";
import { EmptyState } from "../components/EmptyState";
import { Page } from "../components/Page";

/** Instead of a page that would consist of refusals. */
export function NotAllowedPage() {
  const { t } = useTranslation();
  const restricted = useRestricted();
  return (
    <Page title={t("restriction.pageTitle")}>
      <EmptyState
        icon={Lock}
        title={t("restriction.pageHead")}
        action={
          <ButtonLink to="/" look="primary">
            {t("notFound.home")}
          </ButtonLink>
        }
      >
        {t(restricted ? "restriction.why" : "restriction.pageText")}
      </EmptyState>
    </Page>
  );
}
