import { useTranslation } from "react-i18next";

import en from "../../i18n/en.json";

type Known = keyof typeof en.action;

/** "certificate.issue" as people say it; an action without words keeps its name. */
export function useActionText() {
  const { t } = useTranslation();
  return (action: string, success = true) => {
    const plain = action.replace(/[.:]/g, "_").toLowerCase();
    const failed = `${plain}_failed`;
    const key = !success && failed in en.action ? failed : plain;
    return key in en.action ? t(`action.${key as Known}`) : action.replace(/[._]/g, " ");
  };
}
