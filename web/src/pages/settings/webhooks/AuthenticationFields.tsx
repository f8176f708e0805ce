import { useTranslation } from "react-i18next";

import { Checkbox, FieldRow, SelectField, TextArea, TextField } from "../../../components/Field";
import { authTypes, type WebhookDraft } from "./draft";
import type { Webhook } from "./queries";

/** How the server shows the receiver who it is, and headers that the receiver wants. */
export function AuthenticationFields(props: {
  webhook: Webhook | undefined;
  draft: WebhookDraft;
  set: <Name extends keyof WebhookDraft>(name: Name) => (value: WebhookDraft[Name]) => void;
  headed: boolean;
  refused: (field: string) => string | undefined;
}) {
  const { t } = useTranslation();
  const { webhook, draft, set, refused } = props;
  const kept = webhook?.custom_header_names ?? [];
  return (
    <>
      <SelectField
        label={t("webhook.auth")}
        value={draft.auth}
        onChange={set("auth")}
        error={refused("auth_type")}
        options={authTypes.map((value) => ({ value, label: t(`webhook.auth_${value}`) }))}
      />
      {draft.auth !== "none" && (
        <FieldRow>
          {draft.auth === "basic" && (
            <TextField
              label={t("login.username")}
              autoComplete="off"
              value={draft.username}
              onChange={set("username")}
              error={refused("auth_username")}
            />
          )}
          {(draft.auth === "api_key" || draft.auth === "custom") && (
            <TextField
              label={t("webhook.header")}
              mono
              placeholder="X-Api-Key"
              value={draft.header}
              onChange={set("header")}
              error={refused("auth_header_name")}
            />
          )}
          <TextField
            label={t(draft.auth === "basic" ? "login.password" : "webhook.token")}
            type="password"
            autoComplete="new-password"
            placeholder={webhook?.auth_token_set ? t("mail.passwordKept") : ""}
            value={draft.token}
            onChange={set("token")}
            error={refused("auth_token")}
          />
        </FieldRow>
      )}
      {kept.length > 0 && (
        <Checkbox
          label={t("webhook.headersDrop", { names: kept.join(", ") })}
          checked={draft.dropHeaders}
          onChange={set("dropHeaders")}
        />
      )}
      {!draft.dropHeaders && (
        <TextArea
          label={t("webhook.headers")}
          optional={t("common.optional")}
          hint={t(kept.length > 0 ? "webhook.headersKept" : "webhook.headersHint", {
            names: kept.join(", "),
          })}
          placeholder="X-Team: web"
          rows={2}
          mono
          value={draft.headers}
          onChange={set("headers")}
          error={(!props.headed && t("webhook.headersWrong")) || refused("custom_headers")}
        />
      )}
    </>
  );
}
