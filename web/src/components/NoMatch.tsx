import { SearchX } from "lucide-react";
import { useTranslation } from "react-i18next";

import { Button } from "./Button";
import { EmptyState } from "./EmptyState";

/** There is something, but none of it is what the filters ask for. */
export function NoMatch(props: { title: string; onClear: () => void }) {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon={SearchX}
      title={props.title}
      action={<Button onClick={props.onClear}>{t("certificates.clearFilters")}</Button>}
    >
      {t("certificates.noMatchText")}
    </EmptyState>
  );
}
