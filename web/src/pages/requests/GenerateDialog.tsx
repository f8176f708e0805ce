import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, refusal, type Body } from "../../api";
import { FieldRow, SelectField, TextArea, TextField } from "../../components/Field";
import { FormDialog } from "../../components/FormDialog";
import { toast } from "../../components/toasts";
import { formatKey } from "../../format";
import { commonName, keyTypes, readNames } from "../certificates/issueForm";
import { refreshRequests } from "./queries";

/** A key made here, and a request for it: to be signed here, or by an authority elsewhere. */
export function GenerateDialog(props: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [names, setNames] = useState("");
  const [keyType, setKeyType] = useState(keyTypes[0] ?? "");
  const [organization, setOrganization] = useState("");
  const [country, setCountry] = useState("");
  const [tried, setTried] = useState(false);
  const read = readNames(names);
  const countryWrong = country.trim() !== "" && !/^[a-z]{2}$/i.test(country.trim());
  const body = {
    ...commonName(read.names),
    sans: read.sans,
    key_type: keyType,
    ...(organization.trim() ? { organization: organization.trim() } : {}),
    ...(country.trim() ? { country: country.trim().toUpperCase() } : {}),
  } as Body<"post", "/csrs">;
  const generate = useMutation({
    mutationFn: () => api.post("/csrs", { body }),
    onSuccess: async ({ data }) => {
      await refreshRequests(queries);
      toast(t("request.generated", { name: data.name }));
      props.onClose();
      await navigate({ to: "/requests/$id", params: { id: String(data.id) } });
    },
  });
  const refused = (field: string) => refusal(generate.error, field);
  const nameError =
    read.wrong.length > 0
      ? t("issue.namesWrong", { name: read.wrong[0] })
      : tried && read.names.length === 0 && t("issue.namesMissing");

  return (
    <FormDialog
      title={t("request.generateTitle")}
      lead={t("request.generateLead")}
      send={generate}
      curl={{ method: "POST", path: "/csrs", body }}
      submit={t("request.generateSubmit")}
      needs="write:csrs"
      ready={read.names.length > 0 && read.wrong.length === 0 && !countryWrong}
      onTry={() => setTried(true)}
      onClose={props.onClose}
    >
      <TextArea
        label={t("issue.names")}
        hint={t("issue.namesHint")}
        placeholder={"www.example.internal\n10.0.0.7"}
        value={names}
        onChange={setNames}
        error={nameError || refused("san") || refused("sans") || refused("common_name")}
        rows={3}
        autoFocus
        mono
      />
      <SelectField
        label={t("issue.key")}
        hint={t("issue.keyHint")}
        value={keyType}
        onChange={setKeyType}
        error={refused("key_type")}
        options={keyTypes.map((one) => ({ value: one, label: formatKey(one) }))}
      />
      <FieldRow>
        <TextField
          label={t("request.organization")}
          optional={t("common.optional")}
          autoComplete="off"
          autoCapitalize="words"
          value={organization}
          onChange={setOrganization}
          error={refused("organization")}
        />
        <TextField
          label={t("createCa.country")}
          optional={t("common.optional")}
          autoComplete="off"
          maxLength={2}
          value={country}
          onChange={setCountry}
          error={(countryWrong && t("createCa.countryWrong")) || refused("country")}
        />
      </FieldRow>
    </FormDialog>
  );
}
