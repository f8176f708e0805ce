import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, refusal } from "../../../api";
import { Checkboxes, Choice, TextField } from "../../../components/Field";
import { FormDialog } from "../../../components/FormDialog";
import { toast } from "../../../components/toasts";
import { casQuery } from "../../authorities/queries";
import styles from "../Settings.module.css";
import { useDraft } from "../useDraft";
import { AuthenticationFields } from "./AuthenticationFields";
import { changesOf, draftOf, headersOf, newSecret } from "./draft";
import { EventChoice } from "./EventChoice";
import type { Webhook } from "./queries";
import { TrustField } from "../TrustField";

const signings = ["make", "own", "none"] as const;

/** Makes a webhook, or changes one: where to, about what, and how it shows who it is. */
export function WebhookDialog(props: {
  webhook: Webhook | undefined;
  onSecret: (secret: string) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { webhook } = props;
  const [before] = useState(() => draftOf(webhook));
  const { draft, set } = useDraft(before);
  const [tried, setTried] = useState(false);
  const cas = useQuery(casQuery).data?.data ?? [];
  const changes = changesOf(draft, before);
  const save = useMutation({
    mutationFn: async () => {
      if (webhook) {
        await api.put("/webhooks/{webhook_id}", {
          path: { webhook_id: webhook.id },
          body: changes,
        });
        return undefined;
      }
      const secret = draft.signing === "make" ? newSecret() : undefined;
      await api.post("/webhooks", {
        body: {
          ...changes,
          name: draft.name.trim(),
          url: draft.url.trim(),
          ...(secret && { secret }),
        },
      });
      return secret;
    },
    onSuccess: async (secret) => {
      await queries.invalidateQueries({ queryKey: ["settings", "webhooks"] });
      if (secret) props.onSecret(secret);
      toast(webhook ? t("common.saved") : t("webhook.created", { name: draft.name.trim() }));
      props.onClose();
    },
  });
  const refused = (field: string) => refusal(save.error, field);
  const named = draft.name.trim() !== "";
  const addressed = /^https?:\/\/\S+$/.test(draft.url.trim());
  const chosen = draft.all || draft.events.length > 0;
  const signed = webhook !== undefined || draft.signing !== "own" || draft.secret !== "";
  const headed = headersOf(draft.headers) !== undefined;
  const ok = named && addressed && chosen && signed && headed;
  const nothing = webhook !== undefined && Object.keys(changes).length === 0;
  return (
    <FormDialog
      title={webhook ? t("webhook.editTitle", { name: webhook.name }) : t("webhook.create")}
      lead={t("webhook.createLead")}
      size="large"
      send={save}
      submit={t(webhook ? "common.save" : "users.submit")}
      needs="write:settings"
      blocked={nothing && t("common.nothingChanged")}
      ready={ok}
      onTry={() => setTried(true)}
      onClose={props.onClose}
    >
      <TextField
        label={t("column.name")}
        autoFocus
        maxLength={100}
        value={draft.name}
        onChange={set("name")}
        error={(tried && !named && t("keys.nameMissing")) || refused("name")}
      />
      <TextField
        label={t("webhook.url")}
        hint={t("webhook.urlHint")}
        type="url"
        mono
        placeholder="https://hooks.example.com/certwright"
        value={draft.url}
        onChange={set("url")}
        error={(tried && !addressed && t("webhook.urlWrong")) || refused("url")}
      />
      <EventChoice
        all={draft.all}
        onAll={set("all")}
        events={draft.events}
        onEvents={set("events")}
        missing={tried && !chosen}
      />
      {cas.length > 0 && (
        <fieldset className={styles.fieldset}>
          <legend>{t("webhook.authorities")}</legend>
          <div className={styles.events}>
            <Checkboxes
              options={cas.map(({ id, name }) => ({ value: id, label: name }))}
              chosen={draft.authorities}
              onChange={set("authorities")}
            />
          </div>
          <p className={styles.intro}>{t("webhook.authoritiesHint")}</p>
        </fieldset>
      )}
      {!webhook && (
        <Choice
          label={t("webhook.signing")}
          value={draft.signing}
          onChange={set("signing")}
          options={signings.map((value) => ({ value, label: t(`webhook.signing_${value}`) }))}
        />
      )}
      {(webhook ?? draft.signing === "own") && (
        <TextField
          label={t("webhook.secret")}
          type="password"
          autoComplete="new-password"
          placeholder={webhook?.secret_set ? t("mail.passwordKept") : ""}
          value={draft.secret}
          onChange={set("secret")}
          error={(tried && !signed && t("webhook.secretMissing")) || refused("secret")}
        />
      )}
      <AuthenticationFields
        webhook={webhook}
        draft={draft}
        set={set}
        headed={headed}
        refused={refused}
      />
      <TrustField
        optional
        value={draft.trust}
        onChange={set("trust")}
        error={refused("ca_certificate")}
      />
    </FormDialog>
  );
}
