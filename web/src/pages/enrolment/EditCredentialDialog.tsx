import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, refusal, type EabCredential } from "../../api";
import { admin, uidOf } from "../../api/admin";
import { Checkbox, SelectField, TextArea, TextField } from "../../components/Field";
import { FormDialog } from "../../components/FormDialog";
import { formatDay } from "../../format";
import { itemsOf } from "../settings/useDraft";
import { useSaved } from "../settings/useSaved";
import { profilesQuery } from "./queries";

const lifetimes = ["", "7", "30", "365"] as const;

/** What a credential allows can change while it is in use; its secret cannot. */
export function EditCredentialDialog(props: { credential: EabCredential; onClose: () => void }) {
  const { t } = useTranslation();
  const saved = useSaved("acme");
  const { credential } = props;
  const cred_id = uidOf("credential", credential.id);
  const [description, setDescription] = useState(credential.description);
  const [names, setNames] = useState(credential.allowed_names.join("\n"));
  const [preAuthorized, setPreAuthorized] = useState(credential.pre_authorized);
  const [days, setDays] = useState<(typeof lifetimes)[number]>("");
  const [chosen, setChosen] = useState<string>();
  const profiles = useQuery(profilesQuery);
  const bound = useQuery({
    queryKey: ["acme", "eab-profile", credential.id],
    queryFn: async () =>
      (await admin.get("/eab/{cred_id}/csr-profile", { path: { cred_id } })) ?? null,
  });
  const allowed = itemsOf(names);
  const needsNames = preAuthorized && allowed.length === 0;
  const profile = chosen ?? bound.data?.id ?? "";
  const save = useMutation({
    mutationFn: async () => {
      await api.patch("/acme/eab-credentials/{credential_id}", {
        path: { credential_id: credential.id },
        body: {
          description: description.trim(),
          allowed_names: allowed,
          pre_authorized: preAuthorized,
          ...(days
            ? { expires_at: new Date(Date.now() + Number(days) * 86_400_000).toISOString() }
            : {}),
        },
      });
      const before = bound.data?.id ?? "";
      if (profile === before) return;
      const template = "/eab/{cred_id}/csr-profile/{profile_id}";
      if (profile) await admin.put(template, { path: { cred_id, profile_id: profile } });
      else await admin.delete(template, { path: { cred_id, profile_id: before } });
    },
    onSuccess: async () => {
      await saved();
      props.onClose();
    },
  });
  const refused = (field: string) => refusal(save.error, field);
  return (
    <FormDialog
      title={t("users.editTitle", { name: credential.description || credential.kid })}
      lead={t("eab.editLead")}
      send={save}
      submit={t("common.save")}
      needs="write:acme"
      blocked={!description.trim() && t("keys.nameMissing")}
      ready={!needsNames && !bound.isPending}
      error={save.error ?? bound.error}
      onClose={props.onClose}
    >
      <TextField
        label={t("eab.description")}
        maxLength={200}
        value={description}
        onChange={setDescription}
        error={refused("description")}
      />
      <TextArea
        label={t("eab.names")}
        hint={t("eab.namesHint")}
        rows={3}
        mono
        value={names}
        onChange={setNames}
        error={(needsNames && t("eab.preAuthorizedNeedsNames")) || refused("allowed_names")}
      />
      <div>
        <Checkbox
          label={t("eab.preAuthorized")}
          checked={preAuthorized}
          onChange={setPreAuthorized}
        />
        {preAuthorized && <p className="muted">{t("eab.preAuthorizedHint")}</p>}
      </div>
      <SelectField
        label={t("eab.lifetime")}
        value={days}
        onChange={setDays}
        error={refused("expires_at")}
        options={lifetimes.map((value) => ({
          value,
          label: value
            ? t("eab.fromNow", { count: Number(value) })
            : credential.expires_at
              ? t("eab.asBefore", { day: formatDay(credential.expires_at) })
              : t("keys.unlimited"),
        }))}
      />
      <SelectField
        label={t("csrProfile.tab")}
        hint={t("eab.profileHint")}
        value={profile}
        disabled={bound.isPending}
        onChange={setChosen}
        options={[
          { value: "", label: t("csrProfile.noRules") },
          ...(profiles.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
    </FormDialog>
  );
}
