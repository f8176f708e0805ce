import { CircleCheck, CirclePause } from "lucide-react";
import { useTranslation } from "react-i18next";

import { Label } from "../../components/State";

export function TemplateState(props: { active: boolean }) {
  const { t } = useTranslation();
  return props.active ? (
    <Label tone="active" icon={CircleCheck} text={t("template.active")} />
  ) : (
    <Label tone="idle" icon={CirclePause} text={t("template.inactive")} />
  );
}
