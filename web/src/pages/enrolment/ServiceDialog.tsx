import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, refusal } from "../../api";
import {
  Checkbox,
  Checkboxes,
  FieldRow,
  SelectField,
  TextArea,
  TextField,
} from "../../components/Field";
import { FormDialog } from "../../components/FormDialog";
import { toast } from "../../components/toasts";
import { casQuery } from "../authorities/queries";
import { useDraft, wholeNumber } from "../settings/useDraft";
import styles from "./Enrolment.module.css";
import { saveService } from "./saveService";
import { challengeTypes, changesOf, draftOf, type Service } from "./serviceDraft";
import { ServiceProfiles } from "./ServiceProfiles";

/** Makes a service, or changes one: issuer, proofs, names, profiles. */
export function ServiceDialog(props: { service: Service | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { service } = props;
  const [before] = useState(() => draftOf(service));
  const { draft, set } = useDraft(before);
  const [tried, setTried] = useState(false);
  const cas = useQuery(casQuery).data?.data ?? [];
  const changes = changesOf(draft, before);
  const save = useMutation({
    mutationFn: async () => {
      if (service) await saveService(service.name, changes);
      else await api.post("/acme/services", { body: { ...changes, name: draft.name.trim() } });
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["acme"] });
      toast(t(service ? "common.saved" : "service.created", { name: draft.name.trim() }));
      props.onClose();
    },
  });
  const refused = (field: string) => refusal(save.error, field);
  const nameOk = service !== undefined || /^[a-z0-9][a-z0-9-]{0,62}$/.test(draft.name.trim());
  const daysOk = wholeNumber(draft.days, 1, 36_500) !== undefined;
  const profilesOk = draft.profiles.every(
    ({ name, hours }) => name.trim() && (!hours.trim() || wholeNumber(hours, 1, 876_000)),
  );
  const ok = nameOk && daysOk && profilesOk && draft.challenges.length > 0;
  const nothing = service !== undefined && Object.keys(changes).length === 0;
  return (
    <FormDialog
      title={service ? t("service.editTitle", { name: service.name }) : t("service.create")}
      lead={service ? service.directory_url : t("service.createLead")}
      size="large"
      send={save}
      submit={t(service ? "common.save" : "users.submit")}
      needs="write:acme"
      blocked={nothing && t("common.nothingChanged")}
      ready={ok}
      onTry={() => setTried(true)}
      onClose={props.onClose}
    >
      <FieldRow>
        {!service && (
          <TextField
            label={t("column.name")}
            hint={t("service.nameHint")}
            autoFocus
            mono
            value={draft.name}
            onChange={set("name")}
            error={(tried && !nameOk && t("service.nameWrong")) || refused("name")}
          />
        )}
        <TextField
          label={t("service.description")}
          value={draft.description}
          onChange={set("description")}
          error={refused("description")}
        />
      </FieldRow>
      <FieldRow>
        <SelectField
          label={t("column.issuer")}
          value={draft.authority}
          onChange={set("authority")}
          error={refused("issuing_ca_id")}
          options={[
            { value: "0", label: t("mtls.anyAuthority") },
            ...cas.map(({ id, name }) => ({ value: String(id), label: name })),
          ]}
        />
        <TextField
          label={t("service.days")}
          inputMode="numeric"
          value={draft.days}
          onChange={set("days")}
          error={(!daysOk && t("general.numberWrong")) || refused("validity_days")}
        />
      </FieldRow>
      <fieldset className={styles.group}>
        <legend>{t("service.who")}</legend>
        <Checkbox label={t("service.enabled")} checked={draft.enabled} onChange={set("enabled")} />
        <Checkbox label={t("service.eab")} checked={draft.eab} onChange={set("eab")} />
        <Checkbox
          label={t("service.approval")}
          checked={draft.approval}
          onChange={set("approval")}
        />
      </fieldset>
      <fieldset className={styles.group}>
        <legend>{t("enrolment.challenges")}</legend>
        <Checkboxes
          options={challengeTypes.map((type) => ({
            value: type,
            label: `${type} – ${t(`service.challenge_${type}`)}`,
          }))}
          chosen={draft.challenges}
          onChange={(next) =>
            set("challenges")(challengeTypes.filter((type) => next.includes(type)))
          }
        />
        {draft.challenges.length === 0 && (
          <p className={styles.error}>{t("service.challengesMissing")}</p>
        )}
      </fieldset>
      <fieldset className={styles.group}>
        <legend>{t("service.names")}</legend>
        <FieldRow>
          <TextArea
            label={t("eab.names")}
            hint={t("service.namesHint")}
            placeholder={"*.shop.example\n10.0.0.0/8"}
            rows={3}
            mono
            value={draft.allowed}
            onChange={set("allowed")}
            error={refused("allowed_names")}
          />
          <TextArea
            label={t("service.forbidden")}
            hint={t("service.forbiddenHint")}
            placeholder="**.internal.example"
            rows={3}
            mono
            value={draft.forbidden}
            onChange={set("forbidden")}
            error={refused("forbidden_names")}
          />
        </FieldRow>
        <Checkbox
          label={t("service.wildcards")}
          checked={draft.wildcards}
          onChange={set("wildcards")}
        />
        <Checkbox label={t("service.ips")} checked={draft.ips} onChange={set("ips")} />
      </fieldset>
      <ServiceProfiles
        profiles={draft.profiles}
        onChange={set("profiles")}
        tried={tried}
        error={refused("profiles")}
      />
      <TextField
        label={t("service.terms")}
        optional={t("common.optional")}
        type="url"
        placeholder="https://example.com/terms"
        value={draft.terms}
        onChange={set("terms")}
        error={refused("terms_of_service")}
      />
    </FormDialog>
  );
}
