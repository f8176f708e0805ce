import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { toast } from "../../components/toasts";

/** For when the server has taken what a form holds: asks anew for the topic, and says so. */
export function useSaved(...topic: string[]) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  return async () => {
    await queries.invalidateQueries({ queryKey: topic });
    toast(t("common.saved"));
  };
}
