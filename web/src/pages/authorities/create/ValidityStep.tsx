import { useTranslation } from "react-i18next";

import { TextField } from "../../../components/Field";
import { formatDay } from "../../../format";
import { yearsOf } from "./draft";
import type { StepProps } from "./StepProps";

export function ValidityStep({ draft, set, parent, wrong, refused }: StepProps) {
  const { t } = useTranslation();
  const years = yearsOf(draft);
  return (
    <TextField
      label={t("createCa.years")}
      inputMode="numeric"
      autoComplete="off"
      hint={
        years !== undefined && !wrong("years")
          ? t("wizard.until", { day: formatDay(inYears(years)) })
          : undefined
      }
      value={draft.years}
      onChange={(text) => set({ years: text })}
      error={
        (wrong("years") &&
          (years === undefined
            ? t("createCa.yearsWrong")
            : t("createCa.outlives", { day: formatDay(parent?.valid_to) }))) ||
        refused("validity_years")
      }
    />
  );
}

function inYears(years: number) {
  const day = new Date();
  day.setDate(day.getDate() + years * 365);
  return day.toISOString();
}
