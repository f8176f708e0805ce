import { useTranslation } from "react-i18next";

import { FieldRow, TextField } from "../../../components/Field";
import type { StepProps } from "./StepProps";

export function SubjectStep({ draft, set, wrong, refused }: StepProps) {
  const { t } = useTranslation();
  const optional = t("common.optional");
  return (
    <>
      <TextField
        label={t("createCa.name")}
        hint={t("createCa.nameHint")}
        placeholder={draft.kind === "root" ? "Example Root CA G1" : "Example Issuing CA 2"}
        autoComplete="off"
        maxLength={64}
        value={draft.name}
        onChange={(name) => set({ name })}
        error={(wrong("name") && t("createCa.nameMissing")) || refused("common_name")}
      />
      <FieldRow>
        <TextField
          label={t("setup.organization")}
          optional={optional}
          autoComplete="off"
          value={draft.organization}
          onChange={(organization) => set({ organization })}
          error={refused("organization")}
        />
        <TextField
          label={t("wizard.unit")}
          optional={optional}
          autoComplete="off"
          value={draft.unit}
          onChange={(unit) => set({ unit })}
          error={refused("organizational_unit")}
        />
      </FieldRow>
      <FieldRow>
        <TextField
          label={t("createCa.country")}
          optional={optional}
          autoComplete="off"
          placeholder="CH"
          maxLength={2}
          value={draft.country}
          onChange={(country) => set({ country })}
          error={(wrong("country") && t("createCa.countryWrong")) || refused("country")}
        />
        <TextField
          label={t("wizard.state")}
          optional={optional}
          autoComplete="off"
          value={draft.state}
          onChange={(state) => set({ state })}
          error={refused("state")}
        />
        <TextField
          label={t("wizard.locality")}
          optional={optional}
          autoComplete="off"
          value={draft.locality}
          onChange={(locality) => set({ locality })}
          error={refused("locality")}
        />
      </FieldRow>
    </>
  );
}
