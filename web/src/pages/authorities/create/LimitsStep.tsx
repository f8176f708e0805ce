import { useTranslation } from "react-i18next";

import { FieldRow, SelectField, TextArea, TextField } from "../../../components/Field";
import { purposes } from "../../templates/form";
import { Checks } from "../../templates/Checks";
import { useUseText } from "../../templates/useUseText";
import type { StepProps } from "./StepProps";

export function LimitsStep({ draft, set, wrong, refused }: StepProps) {
  const { t } = useTranslation();
  const useText = useUseText();
  const optional = t("common.optional");
  const count = (field: "requireExplicit" | "inhibitMapping" | "inhibitAny", name: string) => (
    <TextField
      label={t(`wizard.${field}`)}
      optional={optional}
      inputMode="numeric"
      autoComplete="off"
      value={draft[field]}
      onChange={(text) => set({ [field]: text })}
      error={(wrong(field) && t("wizard.countWrong")) || refused(name)}
    />
  );
  return (
    <>
      <SelectField
        label={t("authority.pathLength")}
        hint={t("wizard.pathHint")}
        value={draft.pathLength}
        onChange={(pathLength) => set({ pathLength })}
        error={refused("path_length")}
        options={["", "0", "1", "2", "3"].map((value) => ({
          value,
          label:
            value === ""
              ? t("authority.unlimited")
              : value === "0"
                ? t("authority.levels_zero")
                : t("authority.levels", { count: Number(value) }),
        }))}
      />
      <Checks
        label={t("wizard.purposes")}
        all={[...purposes]}
        chosen={draft.purposes}
        text={useText}
        onChange={(next) => set({ purposes: next })}
        error={refused("extended_key_usage")}
      />
      <FieldRow>
        <TextArea
          label={t("wizard.permitted")}
          optional={optional}
          hint={t("wizard.constraintHint")}
          mono
          rows={4}
          placeholder={"DNS:example.com\nIP:10.0.0.0/8"}
          value={draft.permitted}
          onChange={(permitted) => set({ permitted })}
          error={refused("name_constraints_permitted")}
        />
        <TextArea
          label={t("wizard.excluded")}
          optional={optional}
          hint={t("wizard.excludedHint")}
          mono
          rows={4}
          placeholder="DNS:internal.example.com"
          value={draft.excluded}
          onChange={(excluded) => set({ excluded })}
          error={refused("name_constraints_excluded")}
        />
      </FieldRow>
      <TextArea
        label={t("wizard.policies")}
        optional={optional}
        hint={t("wizard.policiesHint")}
        mono
        rows={3}
        placeholder="1.3.6.1.4.1.99999.1.1 https://pki.example.com/cps"
        value={draft.policies}
        onChange={(policies) => set({ policies })}
        error={(wrong("policies") && t("wizard.policiesWrong")) || refused("policies")}
      />
      <FieldRow>
        {count("requireExplicit", "policy_constraints_require")}
        {count("inhibitMapping", "policy_constraints_inhibit")}
        {count("inhibitAny", "inhibit_any_policy")}
      </FieldRow>
    </>
  );
}
