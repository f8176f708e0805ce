import { useTranslation } from "react-i18next";

import { FieldRow, SelectField } from "../../../components/Field";
import { keyChoices } from "../keys";
import type { StepProps } from "./StepProps";

const digests = ["", "sha256", "sha384", "sha512"] as const;

export function KeyStep({ draft, set, refused }: StepProps) {
  const { t } = useTranslation();
  return (
    <FieldRow>
      <SelectField
        label={t("issue.key")}
        hint={t("wizard.keyHint")}
        value={draft.key}
        onChange={(key) => set({ key })}
        options={keyChoices}
        error={refused("key_size") ?? refused("key_algorithm")}
      />
      <SelectField
        label={t("wizard.digest")}
        hint={t("wizard.digestHint")}
        value={draft.digest}
        onChange={(digest) => set({ digest })}
        error={refused("digest")}
        options={digests.map((value) => ({
          value: value as string,
          label: value === "" ? t("wizard.usual") : value.replace("sha", "SHA-"),
        }))}
      />
    </FieldRow>
  );
}
