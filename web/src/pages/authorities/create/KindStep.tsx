import { useTranslation } from "react-i18next";

import { Choice, SelectField } from "../../../components/Field";
import { formatDay } from "../../../format";
import { withKind } from "./draft";
import { kinds } from "./kinds";
import type { StepProps } from "./StepProps";

export function KindStep({ draft, set, parents, parent, refused }: StepProps) {
  const { t } = useTranslation();
  return (
    <>
      <Choice
        cards
        label={t("wizard.kind")}
        value={draft.kind}
        onChange={(kind) => set(withKind(draft, kind))}
        options={kinds.map((value) => ({
          value,
          label: t(`wizard.kind_${value}`),
          hint: t(`wizard.kindText_${value}`),
        }))}
      />
      {draft.kind === "intermediate" &&
        (parents.length > 0 ? (
          <SelectField
            label={t("createCa.parent")}
            value={String(parent?.id ?? "")}
            onChange={(value) => set({ parent: value })}
            error={refused("parent_id")}
            options={parents.map((ca) => ({
              value: String(ca.id),
              label: t("createCa.parentOption", { name: ca.name, day: formatDay(ca.valid_to) }),
            }))}
          />
        ) : (
          <p role="alert">{t("createCa.noParent")}</p>
        ))}
    </>
  );
}
