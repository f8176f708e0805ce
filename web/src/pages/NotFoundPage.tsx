import { Compass } from "lucide-react";
import { useTranslation } from "react-i18next";

import { ButtonLink } from "../components/Button";
import { EmptyState } from "../components/EmptyState";
import { Page } from "../components/Page";

export function NotFoundPage(props: { what?: string }) {
  const { t } = useTranslation();
  return (
    <Page title={t("notFound.title")}>
      <EmptyState
        icon={Compass}
        title={props.what ?? t("notFound.head")}
        action={
          <>
            <ButtonLink to="/" look="primary">
              {t("notFound.home")}
            </ButtonLink>
            <ButtonLink to="/certificates">{t("nav.certificates")}</ButtonLink>
          </>
        }
      >
        {t("notFound.text")}
      </EmptyState>
    </Page>
  );
}
