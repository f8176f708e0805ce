import { useQueryErrorResetBoundary } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { ErrorNotice } from "../components/ErrorNotice";
import { Page } from "../components/Page";

/** A page that failed leaves the rest standing. */
export function CrashPage(props: { error: unknown; reset: () => void }) {
  const { t } = useTranslation();
  const router = useRouter();
  const { reset } = useQueryErrorResetBoundary();
  return (
    <Page title={t("error.crashTitle")} narrow>
      <ErrorNotice
        error={props.error}
        onRetry={() => {
          reset();
          props.reset();
          void router.invalidate();
        }}
      />
    </Page>
  );
}
