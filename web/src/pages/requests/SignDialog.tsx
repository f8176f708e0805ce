import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, refusal, type Certificate, type CertificateRequest } from "../../api";
import { FailedDialog, type BulkResult } from "../../components/FailedDialog";
import { FieldRow, SelectField, TextField } from "../../components/Field";
import { FormDialog } from "../../components/FormDialog";
import { toast } from "../../components/toasts";
import styles from "../../components/List.module.css";
import { IssuedDialog } from "../certificates/IssuedDialog";
import { readDays, uses } from "../certificates/issueForm";
import { useIssuers } from "../certificates/useIssuers";
import { TemplateField } from "../templates/TemplateField";
import { useTemplateChoice } from "../templates/useTemplateChoice";
import { refreshRequests } from "./queries";

/** Issues what one request, or several, ask for. */
export function SignDialog(props: {
  requests: CertificateRequest[];
  onDone: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  // What was chosen when the dialog opened: the list behind it goes on.
  const [requests] = useState(props.requests);
  const { issuers, chosen, choose } = useIssuers();
  const [days, setDays] = useState("90");
  const [use, setUse] = useState<(typeof uses)[number]>("server");
  const choice = useTemplateChoice();
  const { template } = choice;
  const chooseTemplate = (id: string) => {
    choice.choose(id);
    const next = choice.find(id);
    if (next)
      setDays(String(next.validity_days ?? Math.min(Number(days) || 90, next.max_validity_days)));
  };
  const [issued, setIssued] = useState<Certificate>();
  const [result, setResult] = useState<BulkResult>();

  const first = requests[0];
  const single = requests.length === 1 && first !== undefined;
  const validity = readDays(days);
  const terms = {
    ...(chosen ? { ca_id: Number(chosen) } : {}),
    ...(validity === undefined ? {} : { validity_days: validity }),
    ...(template ? { template_id: template.id } : { cert_type: use }),
  };
  const ids = requests.map(({ id }) => id);

  const sign = useMutation({
    mutationFn: async () => {
      if (single) {
        const path = { csr_id: first.id };
        setIssued((await api.post("/csrs/{csr_id}/sign", { path, body: terms })).data);
        return;
      }
      const { data } = await api.post("/csrs/bulk/sign", { body: { ids, ...terms } });
      if (data.failed.length > 0) return setResult(data);
      toast(t("request.signedMany", { count: data.success.length }));
      props.onClose();
      props.onDone();
    },
    onSuccess: () => refreshRequests(queries),
  });
  const refused = (field: string) => refusal(sign.error, field);

  if (issued && first) {
    return (
      <IssuedDialog
        certificate={issued}
        ownKey={!first.has_private_key}
        onClose={() => {
          props.onClose();
          props.onDone();
        }}
      />
    );
  }
  if (result) {
    return (
      <FailedDialog
        result={result}
        nameOf={(id) => requests.find((one) => one.id === id)?.name}
        onClose={props.onClose}
      />
    );
  }
  return (
    <FormDialog
      title={
        single
          ? t("request.signTitle", { name: first.name })
          : t("request.signManyTitle", { count: requests.length })
      }
      lead={t("request.signLead")}
      send={sign}
      curl={
        single
          ? { method: "POST", path: `/csrs/${first.id}/sign`, body: terms }
          : { method: "POST", path: "/csrs/bulk/sign", body: { ids, ...terms } }
      }
      submit={t("issue.submit")}
      needs="write:certificates"
      ready={validity !== undefined}
      onClose={props.onClose}
    >
      <ul className={styles.names} aria-label={t("fact.names")}>
        {(single && first.sans.length > 0
          ? first.sans.map(({ value }) => value)
          : requests.map(({ name }) => name)
        ).map((name, index) => (
          <li key={index}>{name}</li>
        ))}
      </ul>
      <SelectField
        label={t("column.issuer")}
        value={chosen}
        onChange={choose}
        error={refused("ca_id")}
        options={issuers.map((one) => ({ value: String(one.id), label: one.name }))}
      />
      <TemplateField choice={choice} onChange={chooseTemplate} error={refused("template_id")} />
      <FieldRow>
        <TextField
          label={t("issue.validity")}
          inputMode="numeric"
          value={days}
          onChange={setDays}
          error={(validity === undefined && t("issue.daysWrong")) || refused("validity_days")}
        />
        {!template && (
          <SelectField
            label={t("issue.use")}
            value={use}
            onChange={setUse}
            error={refused("cert_type")}
            options={uses.map((one) => ({ value: one, label: t(`use.${one}`) }))}
          />
        )}
      </FieldRow>
    </FormDialog>
  );
}
