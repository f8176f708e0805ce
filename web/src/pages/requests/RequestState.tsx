import { CircleCheck, Hourglass } from "lucide-react";
import { useTranslation } from "react-i18next";

import { Label } from "../../components/State";

export function RequestState(props: { status: string }) {
  const { t } = useTranslation();
  return props.status === "issued" ? (
    <Label tone="active" icon={CircleCheck} text={t("request.issued")} />
  ) : (
    <Label tone="accent" icon={Hourglass} text={t("request.pending")} />
  );
}
