import { useTranslation } from "react-i18next";

import { SelectField } from "../../components/Field";
import type { TemplateChoice } from "./useTemplateChoice";

/** Absent where there is nothing to choose from, or no right to see it. */
export function TemplateField(props: {
  choice: TemplateChoice;
  onChange: (id: string) => void;
  error: string | undefined;
}) {
  const { t } = useTranslation();
  const { templates, template } = props.choice;
  if (templates.length === 0) return null;
  return (
    <SelectField
      label={t("template.choose")}
      hint={template?.description}
      value={template ? String(template.id) : ""}
      onChange={props.onChange}
      error={props.error}
      options={[
        { value: "", label: t("template.chooseNone") },
        ...templates.map((one) => ({ value: String(one.id), label: one.name })),
      ]}
    />
  );
}
