import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, refusal, type Authority, type Body, type Data } from "../../api";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Checkbox, FieldRow, SelectField, TextField } from "../../components/Field";
import { FormDialog } from "../../components/FormDialog";
import { SkeletonLines } from "../../components/Skeleton";
import { toast } from "../../components/toasts";
import { refreshAuthorities } from "./queries";

const template = "/crl/{ca_id}/config";
type Config = Data<"get", typeof template>;

/** How an authority tells what it revoked: lists, delta lists, and who signs OCSP answers. */
export function PublishingDialog(props: { authority: Authority; onClose: () => void }) {
  const { t } = useTranslation();
  const path = { ca_id: props.authority.id };
  const config = useQuery({
    queryKey: ["crl", "config", props.authority.id],
    queryFn: () => api.get(template, { path }),
  });
  const read = config.data?.data;
  if (read) return <PublishingForm {...props} config={read} />;
  return (
    <Dialog title={t("publishing.title")} onClose={props.onClose}>
      {config.isError ? (
        <ErrorNotice error={config.error} />
      ) : (
        <SkeletonLines lines={6} label={t("common.loading")} />
      )}
    </Dialog>
  );
}

const numbers = [
  "crl_validity_days",
  "crl_publish_interval_hours",
  "delta_crl_interval",
  "delta_crl_validity_hours",
] as const;

/** Powers of two, so that a list that is divided again divides each part. */
const shardChoices = [1, 2, 4, 8, 16, 32, 64, 128, 256].map(String);

function PublishingForm(props: { authority: Authority; config: Config; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { config } = props;
  const path = { ca_id: props.authority.id };
  const [texts, setTexts] = useState(
    () => Object.fromEntries(numbers.map((name) => [name, String(config[name])])) as Texts,
  );
  const [delta, setDelta] = useState(config.delta_crl_enabled);
  const [freshest, setFreshest] = useState(config.freshest_crl_in_certificates);
  const [shards, setShards] = useState(String(config.crl_shards));
  const [delegated, setDelegated] = useState(config.ocsp_delegated);
  const shown = numbers.filter((name) => delta || !name.startsWith("delta"));
  const wrong = (name: (typeof numbers)[number]) => !/^[1-9]\d{0,5}$/.test(texts[name].trim());
  const body: Body<"patch", typeof template> = {
    ...Object.fromEntries(shown.map((name) => [name, Number(texts[name])])),
    delta_crl_enabled: delta,
    freshest_crl_in_certificates: delta && freshest,
    // A divided list has no delta.
    crl_shards: delta ? 1 : Number(shards),
    ocsp_delegated: delegated,
  };
  const save = useMutation({
    mutationFn: () => api.patch(template, { path, body }),
    onSuccess: async () => {
      await refreshAuthorities(queries);
      toast(t("common.saved"));
      props.onClose();
    },
  });
  const refused = (field: string) => refusal(save.error, field);
  const field = (name: (typeof numbers)[number]) => (
    <TextField
      label={t(`publishing.${name}`)}
      inputMode="numeric"
      value={texts[name]}
      onChange={(text) => setTexts({ ...texts, [name]: text })}
      error={(wrong(name) && t("publishing.numberWrong")) || refused(name)}
    />
  );
  return (
    <FormDialog
      title={t("publishing.title")}
      lead={t("publishing.lead")}
      send={save}
      curl={{ method: "PATCH", path: template, values: path, body }}
      submit={t("common.save")}
      needs="write:crl"
      ready={!shown.some(wrong)}
      onClose={props.onClose}
    >
      <FieldRow>
        {field("crl_validity_days")}
        {field("crl_publish_interval_hours")}
      </FieldRow>
      <div>
        <Checkbox label={t("publishing.delta")} checked={delta} onChange={setDelta} />
        <p className="muted">{t("publishing.deltaText")}</p>
      </div>
      {delta && (
        <>
          <FieldRow>
            {field("delta_crl_interval")}
            {field("delta_crl_validity_hours")}
          </FieldRow>
          <Checkbox label={t("publishing.freshest")} checked={freshest} onChange={setFreshest} />
        </>
      )}
      {!delta && (
        <SelectField
          label={t("publishing.crl_shards")}
          hint={t("publishing.shardsText")}
          value={shards}
          onChange={setShards}
          error={refused("crl_shards")}
          options={shardChoices.map((value) => ({ value, label: value }))}
        />
      )}
      <div>
        <Checkbox label={t("publishing.delegated")} checked={delegated} onChange={setDelegated} />
        <p className="muted">{t("publishing.delegatedText")}</p>
      </div>
    </FormDialog>
  );
}

type Texts = Record<(typeof numbers)[number], string>;
