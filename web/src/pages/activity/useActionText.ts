import { useTranslation } from "react-i18next";

import en from "../../i18n/en.json";

type Known = keyof typeof en.action;

/** "certificate.issue" as people say it; an action without words keeps its name. */
export function useActionText() {
  const { t } = useTranslation();
  return (action: string) => {
    const key = action.replace(/[.:]/g, "_").toLowerCase();
    return key in en.action ? t(`action.${key as Known}`) : action.replace(/[._]/g, " ");
  };
}
