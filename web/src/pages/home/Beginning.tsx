import { Plug } from "lucide-react";
import { useTranslation } from "react-i18next";

import { useCan } from "../../auth/useCan";
import { Button, ButtonLink } from "../../components/Button";
import { EmptyState } from "../../components/EmptyState";
import { Section } from "../../components/Page";
import { useShell } from "../../shell/context";

/** Home before the first certificate. */
export function Beginning() {
  const { t } = useTranslation();
  const { open } = useShell();
  const can = useCan();
  return (
    <Section title={t("certificates.none")} card>
      <EmptyState
        icon={Plug}
        title={t("home.beginTitle")}
        action={
          <>
            {can("read:acme") && (
              <ButtonLink to="/enrolment" look="primary">
                {t("certificates.connect")}
              </ButtonLink>
            )}
            <Button needs="write:certificates" onClick={() => open("issue")}>
              {t("issue.title")}
            </Button>
          </>
        }
      >
        {t("home.beginText")}
      </EmptyState>
    </Section>
  );
}
