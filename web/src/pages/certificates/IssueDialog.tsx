import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, refusal, type Body, type Certificate } from "../../api";
import { Choice, FieldRow, SelectField, TextArea, TextField } from "../../components/Field";
import { FormDialog } from "../../components/FormDialog";
import { TagField } from "../../components/TagField";
import { formatKey } from "../../format";
import { plainKeyType } from "../templates/form";
import { TemplateField } from "../templates/TemplateField";
import { useTemplateChoice } from "../templates/useTemplateChoice";
import { IssuedDialog } from "./IssuedDialog";
import { commonName, keyTypes, looksLikeCsr, readDays, readNames, uses } from "./issueForm";
import { refreshCertificates } from "./refresh";
import { useIssuers } from "./useIssuers";

/** Issues from names, with a key made here, or from a request whose key never leaves its host. */
export function IssueDialog(props: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [way, setWay] = useState<"names" | "csr">("names");
  const [names, setNames] = useState("");
  const [csr, setCsr] = useState("");
  const { issuers, chosen, choose } = useIssuers();
  const [days, setDays] = useState("90");
  const [keyType, setKeyType] = useState(keyTypes[0] ?? "");
  const [use, setUse] = useState<(typeof uses)[number]>("server");
  const [tags, setTags] = useState<string[]>([]);
  const [tried, setTried] = useState(false);
  const [issued, setIssued] = useState<Certificate>();

  const choice = useTemplateChoice();
  const { template } = choice;
  const chooseTemplate = (id: string) => {
    choice.choose(id);
    const next = choice.find(id);
    if (!next) return;
    setDays(String(next.validity_days ?? Math.min(Number(days) || 90, next.max_validity_days)));
    setKeyType(plainKeyType(next.key_type));
  };

  const read = readNames(names);
  const validity = readDays(days);
  const body: Body<"post", "/certificates"> = {
    ...(way === "csr"
      ? { csr: csr.trim() }
      : { ...commonName(read.names), san: read.sans, key_type: keyType }),
    ...(chosen ? { ca_id: Number(chosen) } : {}),
    ...(validity === undefined ? {} : { validity_days: validity }),
    ...(template ? { template_id: template.id } : { cert_type: use }),
    ...(tags.length > 0 ? { tags } : {}),
  } as Body<"post", "/certificates">;

  const issue = useMutation({
    mutationFn: () => api.post("/certificates", { body }),
    onSuccess: async ({ data }) => {
      setIssued(data);
      await refreshCertificates(queries);
    },
  });
  const refused = (field: string) => refusal(issue.error, field);

  const nameError =
    read.wrong.length > 0
      ? t("issue.namesWrong", { name: read.wrong[0] })
      : tried && read.names.length === 0 && t("issue.namesMissing");
  const csrError = (tried || csr.trim() !== "") && !looksLikeCsr(csr) && t("issue.csrWrong");
  const daysError = validity === undefined && t("issue.daysWrong");
  const ready =
    !daysError &&
    (way === "csr" ? looksLikeCsr(csr) : read.names.length > 0 && read.wrong.length === 0);

  if (issued)
    return <IssuedDialog certificate={issued} ownKey={way === "csr"} onClose={props.onClose} />;
  return (
    <FormDialog
      title={t("issue.title")}
      send={issue}
      curl={{ method: "POST", path: "/certificates", body }}
      submit={t("issue.submit")}
      needs="write:certificates"
      ready={ready}
      onTry={() => setTried(true)}
      onClose={props.onClose}
    >
      <Choice
        label={t("issue.way")}
        value={way}
        onChange={setWay}
        options={[
          { value: "names", label: t("issue.fromNames") },
          { value: "csr", label: t("issue.fromCsr") },
        ]}
      />
      {way === "names" ? (
        <TextArea
          label={t("issue.names")}
          hint={t("issue.namesHint")}
          placeholder={"www.example.internal\n10.0.0.7"}
          value={names}
          onChange={setNames}
          error={nameError || refused("san") || refused("common_name")}
          rows={3}
          autoFocus
          mono
        />
      ) : (
        <TextArea
          label={t("issue.csr")}
          hint={t("issue.csrHint")}
          placeholder="-----BEGIN CERTIFICATE REQUEST-----"
          value={csr}
          onChange={setCsr}
          error={csrError || refused("csr")}
          rows={7}
          mono
        />
      )}
      <FieldRow>
        <SelectField
          label={t("column.issuer")}
          value={chosen}
          onChange={choose}
          error={refused("ca_id")}
          options={issuers.map((one) => ({
            value: String(one.id),
            label: one.name,
          }))}
        />
        <TextField
          label={t("issue.validity")}
          inputMode="numeric"
          value={days}
          onChange={setDays}
          error={daysError || refused("validity_days")}
        />
      </FieldRow>
      <TemplateField choice={choice} onChange={chooseTemplate} error={refused("template_id")} />
      <FieldRow>
        {!template && (
          <SelectField
            label={t("issue.use")}
            value={use}
            onChange={setUse}
            options={uses.map((one) => ({ value: one, label: t(`use.${one}`) }))}
          />
        )}
        {way === "names" && (
          <SelectField
            label={t("issue.key")}
            hint={t("issue.keyHint")}
            value={keyType}
            onChange={setKeyType}
            error={refused("key_type")}
            options={[...new Set([...keyTypes, keyType])].map((one) => ({
              value: one,
              label: formatKey(one),
            }))}
          />
        )}
      </FieldRow>
      <TagField label={t("column.tags")} error={refused("tags")} tags={tags} onChange={setTags} />
    </FormDialog>
  );
}
