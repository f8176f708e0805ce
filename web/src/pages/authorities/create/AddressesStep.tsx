import { useTranslation } from "react-i18next";

import { FieldRow, TextArea, TextField } from "../../../components/Field";
import type { StepProps } from "./StepProps";

export function AddressesStep({ draft, set, wrong, refused }: StepProps) {
  const { t } = useTranslation();
  const optional = t("common.optional");
  const area = (
    field: "crlUrls" | "ocspUrls" | "issuerUrls" | "repositories",
    label: string,
    name: string,
    placeholder: string,
  ) => (
    <TextArea
      label={label}
      optional={optional}
      mono
      rows={2}
      placeholder={placeholder}
      value={draft[field]}
      onChange={(text) => set({ [field]: text })}
      error={(wrong(field) && t("wizard.addressWrong")) || refused(name)}
    />
  );
  return (
    <>
      <p className="muted">{t("wizard.addressesText")}</p>
      {area("crlUrls", t("points.crl"), "cdp_urls", "http://pki.example.com/ca.crl")}
      {area("ocspUrls", t("points.ocsp"), "ocsp_urls", "http://ocsp.example.com")}
      {area(
        "issuerUrls",
        t("points.ca_issuers"),
        "aia_ca_issuers_urls",
        "http://pki.example.com/ca.cer",
      )}
      {area(
        "repositories",
        t("wizard.repositories"),
        "sia_urls",
        "http://pki.example.com/repository",
      )}
      <FieldRow>
        <TextField
          label={t("wizard.cpsOid")}
          optional={optional}
          autoComplete="off"
          mono
          placeholder="1.3.6.1.4.1.99999.1.1"
          value={draft.cpsOid}
          onChange={(cpsOid) => set({ cpsOid })}
          error={(wrong("cpsOid") && t("wizard.oidWrong")) || refused("cps_oid")}
        />
        <TextField
          label={t("wizard.cpsUri")}
          optional={optional}
          autoComplete="off"
          mono
          placeholder="https://pki.example.com/cps"
          value={draft.cpsUri}
          onChange={(cpsUri) => set({ cpsUri })}
          error={(wrong("cpsUri") && t("wizard.addressWrong")) || refused("cps_uri")}
        />
      </FieldRow>
    </>
  );
}
