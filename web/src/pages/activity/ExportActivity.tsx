import { useMutation } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";

import { ApiError } from "../../api";
import { downloadGet } from "../../api/download";
import { Button } from "../../components/Button";
import { Menu, MenuItem, MenuLabel, MenuLine } from "../../components/Menu";
import { toast } from "../../components/toasts";
import { toAuditQuery, type ActivitySearch } from "./search";

/** What is filtered, for people and programs; or the log itself, which others can verify. */
export function ExportActivity(props: { search: ActivitySearch }) {
  const { t } = useTranslation();
  const { username, action, success, date_from, date_to } = toAuditQuery(props.search, 1);
  const most = 50_000;
  const save = useMutation({
    mutationFn: (format: "csv" | "json" | "ndjson") =>
      downloadGet(
        "/audit/export",
        format === "ndjson"
          ? { format, limit: most, date_from, date_to }
          : { format, limit: most, username, action, success, date_from, date_to },
        `activity.${format}`,
      ),
    onError: (error) => toast(error instanceof ApiError ? error.message : t("error.unexpected")),
  });
  return (
    <Menu
      align="end"
      trigger={
        <Button icon={Download} busy={save.isPending}>
          {t("export.button")}
        </Button>
      }
    >
      <MenuLabel>{t("activity.exportFiltered")}</MenuLabel>
      <MenuItem hint=".csv" onSelect={() => save.mutate("csv")}>
        {t("activity.exportCsv")}
      </MenuItem>
      <MenuItem hint=".json" onSelect={() => save.mutate("json")}>
        {t("activity.exportJson")}
      </MenuItem>
      <MenuLine />
      <MenuLabel>{t("activity.exportWhole")}</MenuLabel>
      <MenuItem hint=".ndjson" onSelect={() => save.mutate("ndjson")}>
        {t("activity.exportNdjson")}
      </MenuItem>
    </Menu>
  );
}
