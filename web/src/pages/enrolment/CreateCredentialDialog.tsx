import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, refusal, type Data } from "../../api";
import { Snippet } from "../../components/Copy";
import { Checkbox, FieldRow, SelectField, TextArea, TextField } from "../../components/Field";
import { FormDialog } from "../../components/FormDialog";
import { OnceDialog } from "../../components/OnceDialog";
import { itemsOf } from "../settings/useDraft";
import styles from "./Enrolment.module.css";
import { servicesQuery } from "./queries";
import { usePlace } from "./usePlace";

const lifetimes = ["1", "7", "30", "365", ""] as const;

type Created = Data<"post", "/acme/eab-credentials">;

export function CreateCredentialDialog(props: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [description, setDescription] = useState("");
  const [names, setNames] = useState("");
  const [service, setService] = useState("");
  const [days, setDays] = useState<(typeof lifetimes)[number]>("30");
  const [reusable, setReusable] = useState(false);
  const [preAuthorized, setPreAuthorized] = useState(false);
  const [tried, setTried] = useState(false);
  const [created, setCreated] = useState<Created>();
  const services = useQuery(servicesQuery).data?.data;
  const allowed = itemsOf(names);
  const create = useMutation({
    mutationFn: () =>
      api.post("/acme/eab-credentials", {
        body: {
          description: description.trim(),
          allowed_names: allowed,
          reusable,
          pre_authorized: preAuthorized,
          ...(service ? { service } : {}),
          ...(days
            ? { expires_at: new Date(Date.now() + Number(days) * 86_400_000).toISOString() }
            : {}),
        },
      }),
    onSuccess: async ({ data }) => {
      setCreated(data);
      await queries.invalidateQueries({ queryKey: ["acme", "eab"] });
    },
  });
  const refused = (field: string) => refusal(create.error, field);
  const needsNames = preAuthorized && allowed.length === 0;

  if (created) {
    return <CreatedDialog created={created} services={services} onClose={props.onClose} />;
  }
  return (
    <FormDialog
      title={t("eab.create")}
      lead={t("eab.createLead")}
      send={create}
      submit={t("eab.submit")}
      needs="write:acme"
      ready={description.trim() !== "" && !needsNames}
      onTry={() => setTried(true)}
      onClose={props.onClose}
    >
      <TextField
        label={t("eab.description")}
        hint={t("eab.descriptionHint")}
        autoFocus
        autoComplete="off"
        maxLength={200}
        value={description}
        onChange={setDescription}
        error={(tried && !description.trim() && t("keys.nameMissing")) || refused("description")}
      />
      <TextArea
        label={t("eab.names")}
        hint={t("eab.namesHint")}
        placeholder={"shop.example\n*.shop.example"}
        rows={3}
        mono
        value={names}
        onChange={setNames}
        error={
          (tried && needsNames && t("eab.preAuthorizedNeedsNames")) || refused("allowed_names")
        }
      />
      <FieldRow>
        <SelectField
          label={t("eab.lifetime")}
          value={days}
          onChange={setDays}
          error={refused("expires_at")}
          options={lifetimes.map((value) => ({
            value,
            label: value
              ? t("lifetime.daysLong", { count: Number(value), n: value })
              : t("keys.unlimited"),
          }))}
        />
        {services && services.length > 1 && (
          <SelectField
            label={t("eab.service")}
            value={service}
            onChange={setService}
            error={refused("service")}
            options={[
              { value: "", label: t("eab.anyService") },
              // The first is the default one, which takes what all take.
              ...services.slice(1).map(({ name }) => ({ value: name, label: name })),
            ]}
          />
        )}
      </FieldRow>
      <div>
        <Checkbox label={t("eab.reusable")} checked={reusable} onChange={setReusable} />
        <div>
          <Checkbox
            label={t("eab.preAuthorized")}
            checked={preAuthorized}
            onChange={setPreAuthorized}
          />
          {preAuthorized && <p className="muted">{t("eab.preAuthorizedHint")}</p>}
        </div>
      </div>
    </FormDialog>
  );
}

function CreatedDialog(props: {
  created: Created;
  services: Data<"get", "/acme/services"> | undefined;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { place } = usePlace();
  const { created } = props;
  const directory =
    props.services?.find(({ name }) => name === created.service)?.directory_url ?? place.directory;
  return (
    <OnceDialog
      title={t("eab.createdTitle")}
      lead={t("eab.createdLead")}
      done={t("eab.createdDone")}
      onClose={props.onClose}
    >
      <div className={styles.secret}>
        <h3>{t("eab.kid")}</h3>
        <Snippet label={t("eab.kid")} text={created.kid} wrap />
        <h3>{t("eab.hmac")}</h3>
        <Snippet label={t("eab.hmac")} text={created.hmac_key} wrap />
        <h3>{t("eab.howTo")}</h3>
        <Snippet
          label={t("eab.howTo")}
          wrap
          text={[
            `certbot register --server ${directory} \\`,
            `  --eab-kid ${created.kid} \\`,
            `  --eab-hmac-key ${created.hmac_key}`,
          ].join("\n")}
        />
      </div>
    </OnceDialog>
  );
}
