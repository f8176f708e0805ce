import { useTranslation } from "react-i18next";

import { fieldOf } from "../../api/loose";
import en from "../../i18n/en.json";

type Known = keyof typeof en.action;

interface Act {
  action: string;
  success?: boolean;
  resource_type?: string;
  details?: unknown;
}

/** Whether the object says more than who acted: whoever signs in does so as himself. */
export function hasObject(entry: { resource_name: string; username: string }) {
  return entry.resource_name !== "" && entry.resource_name !== entry.username;
}

/** The keys under which an act may have words, the most telling first. */
export function actionKeys({ action, success = true, resource_type, details }: Act) {
  const plain = action.replace(/[.:]/g, "_").toLowerCase();
  const status = fieldOf(details, "status");
  return [
    ...(success ? [] : [`${plain}_failed`]),
    ...(status ? [`${plain}_${status}`] : []),
    ...(resource_type ? [`${plain}_${resource_type}`] : []),
    plain,
  ];
}

/**
 * "certificate.issue" as people say it; an action without words keeps its name. What stands behind the
 * bar in the language files ("New ACME order| for") is said only when the object follows.
 */
export function useActionText() {
  const { t } = useTranslation();
  return (act: Act, withObject = false) => {
    const key = actionKeys(act).find((one): one is Known => one in en.action);
    if (!key) return act.action.replace(/[._]/g, " ");
    const [phrase = "", link = ""] = t(`action.${key}`).split("|");
    return withObject ? phrase + link : phrase;
  };
}
