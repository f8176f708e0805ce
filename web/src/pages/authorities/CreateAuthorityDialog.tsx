import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, ApiError, type Body } from "../../api";
import { asCurl } from "../../api/curl";
import { Button } from "../../components/Button";
import { CopyCurl } from "../../components/Copy";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { FieldRow, Form, SelectField, TextField } from "../../components/Field";
import { toast } from "../../components/toasts";
import { formatDay } from "../../format";
import { keyChoices, keyFields } from "./keys";
import { casQuery, refreshAuthorities } from "./queries";
import { Verdict } from "./Verdict";

export function CreateAuthorityDialog(props: {
  type: "root" | "intermediate";
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const root = props.type === "root";
  const cas = useQuery(casQuery).data?.data ?? [];
  const parents = cas.filter((ca) => ca.has_private_key && ca.is_active && ca.path_length !== 0);

  const [name, setName] = useState("");
  const [organization, setOrganization] = useState<string>();
  const [country, setCountry] = useState("");
  const [parentId, setParentId] = useState<string>();
  const [key, setKey] = useState(root ? "P-384" : "P-256");
  const [years, setYears] = useState(root ? "20" : "5");
  const [tried, setTried] = useState(false);

  const parent = parents.find(({ id }) => String(id) === parentId) ?? parents[0];
  const company = organization ?? parent?.organization ?? "";
  const validity =
    /^\d{1,2}$/.test(years) && Number(years) >= 1 && Number(years) <= 50
      ? Number(years)
      : undefined;
  const countryWrong = country !== "" && !/^[A-Za-z]{2}$/.test(country);
  // RFC 5280, 6.1: a chain ends with its first certificate to expire.
  const outlives =
    !root &&
    parent &&
    validity !== undefined &&
    Date.now() + validity * 365.25 * 86_400_000 > Date.parse(parent.valid_to);

  const body = {
    common_name: name.trim(),
    ca_type: props.type,
    ...(company.trim() ? { organization: company.trim() } : {}),
    ...(country ? { country: country.toUpperCase() } : {}),
    ...(root || !parent ? {} : { parent_id: parent.id }),
    ...keyFields(key),
    ...(validity === undefined ? {} : { validity_years: validity }),
  } as Body<"post", "/cas">;

  const create = useMutation({
    mutationFn: () => api.post("/cas", { body }),
    onSuccess: async ({ data }) => {
      await refreshAuthorities(queries);
      toast(t("createCa.done", { name: data.name }));
      props.onClose();
      await navigate({ to: "/authorities/$id", params: { id: String(data.id) } });
    },
  });
  const refused = (field: string) =>
    create.error instanceof ApiError ? create.error.reason(field) : undefined;
  const ready =
    name.trim() !== "" && validity !== undefined && !countryWrong && !outlives && (root || parent);

  return (
    <Dialog
      title={t(root ? "createCa.rootTitle" : "createCa.intermediateTitle")}
      lead={t(root ? "createCa.rootLead" : "createCa.intermediateLead")}
      locked={create.isPending}
      onSubmit={() => {
        setTried(true);
        if (ready) create.mutate();
      }}
      onClose={props.onClose}
      footer={
        <>
          <CopyCurl text={() => asCurl({ method: "POST", path: "/cas", body })} />
          <Button onClick={props.onClose}>{t("common.cancel")}</Button>
          <Button
            type="submit"
            look="primary"
            busy={create.isPending}
            needs="write:cas"
            blocked={!root && !parent && t("createCa.noParent")}
          >
            {t("createCa.submit")}
          </Button>
        </>
      }
    >
      <Form>
        <TextField
          label={t("createCa.name")}
          hint={t("createCa.nameHint")}
          placeholder={root ? "Example Root CA G1" : "Example Issuing CA 2"}
          value={name}
          onChange={setName}
          autoFocus
          error={
            (tried && name.trim() === "" && t("createCa.nameMissing")) || refused("common_name")
          }
        />
        {!root && parents.length > 0 && (
          <SelectField
            label={t("createCa.parent")}
            value={String(parent?.id ?? "")}
            onChange={setParentId}
            error={refused("parent_id")}
            options={parents.map((ca) => ({
              value: String(ca.id),
              label: t("createCa.parentOption", { name: ca.name, day: formatDay(ca.valid_to) }),
            }))}
          />
        )}
        <FieldRow>
          <TextField
            label={t("setup.organization")}
            optional={t("common.optional")}
            value={company}
            onChange={setOrganization}
            error={refused("organization")}
          />
          <TextField
            label={t("createCa.country")}
            optional={t("common.optional")}
            placeholder="CH"
            maxLength={2}
            value={country}
            onChange={setCountry}
            error={(countryWrong && t("createCa.countryWrong")) || refused("country")}
          />
        </FieldRow>
        <FieldRow>
          <SelectField
            label={t("issue.key")}
            value={key}
            onChange={setKey}
            options={keyChoices}
            error={refused("key_size")}
          />
          <TextField
            label={t("createCa.years")}
            inputMode="numeric"
            value={years}
            onChange={setYears}
            error={
              (validity === undefined && t("createCa.yearsWrong")) ||
              (outlives && t("createCa.outlives", { day: formatDay(parent?.valid_to) })) ||
              refused("validity_years")
            }
          />
        </FieldRow>
        {ready && <Verdict wanted={body} />}
        {create.isError && <ErrorNotice error={create.error} />}
      </Form>
    </Dialog>
  );
}
