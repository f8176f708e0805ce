import { useTranslation } from "react-i18next";

import type { Reason } from "../../api";
import { Choice } from "../../components/Field";

const reasons = [
  "keyCompromise",
  "superseded",
  "cessationOfOperation",
  "affiliationChanged",
  "privilegeWithdrawn",
  "unspecified",
] as const satisfies readonly Reason[];

/** The reasons of RFC 5280 in words; the name that goes into the list stays visible. */
export function ReasonChoice(props: { value: Reason; onChange: (reason: Reason) => void }) {
  const { t } = useTranslation();
  return (
    <Choice
      cards
      label={t("revoke.reason")}
      value={props.value}
      onChange={props.onChange}
      options={reasons.map((reason) => ({
        value: reason,
        label: t(`reason.${reason}`),
        hint: t(`reasonHint.${reason}`),
      }))}
    />
  );
}
