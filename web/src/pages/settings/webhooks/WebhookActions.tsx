import { CirclePause, CirclePlay, KeyRound, Pencil, ScrollText, Send, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";

import { useCan } from "../../../auth/useCan";
import { MenuItem, MenuLine, RowMenu } from "../../../components/Menu";
import type { Webhook } from "./queries";

export type WebhookAction = "deliveries" | "edit" | "test" | "secret" | "toggle" | "delete";

export function WebhookActions(props: {
  webhook: Webhook;
  onAct: (action: WebhookAction) => void;
}) {
  const { t } = useTranslation();
  const can = useCan();
  const { webhook, onAct } = props;
  const fixed = !can("write:settings");
  return (
    <RowMenu label={t("users.actions", { name: webhook.name })}>
      <MenuItem icon={ScrollText} onSelect={() => onAct("deliveries")}>
        {t("webhook.deliveries")}
      </MenuItem>
      <MenuItem icon={Send} disabled={fixed} onSelect={() => onAct("test")}>
        {t("webhook.test")}
      </MenuItem>
      <MenuItem icon={Pencil} disabled={fixed} onSelect={() => onAct("edit")}>
        {t("users.edit")}
      </MenuItem>
      <MenuItem icon={KeyRound} disabled={fixed} onSelect={() => onAct("secret")}>
        {t("webhook.secretNew")}
      </MenuItem>
      <MenuItem
        icon={webhook.enabled ? CirclePause : CirclePlay}
        disabled={fixed}
        onSelect={() => onAct("toggle")}
      >
        {t(webhook.enabled ? "webhook.disable" : "webhook.enable")}
      </MenuItem>
      <MenuLine />
      <MenuItem
        icon={Trash2}
        danger
        disabled={!can("delete:settings")}
        onSelect={() => onAct("delete")}
      >
        {t("users.delete")}
      </MenuItem>
    </RowMenu>
  );
}
