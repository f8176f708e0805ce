import { useTranslation } from "react-i18next";

import type { Reason } from "../../api";
import { Choice, TextField } from "../../components/Field";

const reasons = [
  "keyCompromise",
  "superseded",
  "cessationOfOperation",
  "affiliationChanged",
  "privilegeWithdrawn",
  "certificateHold",
  "unspecified",
] as const satisfies readonly Reason[];

const reasonsOfAuthority = reasons.map((reason) =>
  reason === "keyCompromise" ? ("caCompromise" as const) : reason,
);

/** The reasons of RFC 5280 in words; the name that goes into the list stays visible. */
export function ReasonChoice(props: {
  value: Reason;
  onChange: (reason: Reason) => void;
  /** What is on hold already can only be revoked for good. */
  forGood?: boolean;
  /** The key of an authority is more than the key of a certificate, and has a reason of its own. */
  ofAuthority?: boolean;
}) {
  const { t } = useTranslation();
  return (
    <Choice
      cards
      label={t("revoke.reason")}
      value={props.value}
      onChange={props.onChange}
      options={(props.ofAuthority ? reasonsOfAuthority : reasons)
        .filter((reason) => !(props.forGood && reason === "certificateHold"))
        .map((reason) => ({
          value: reason,
          label: t(`reason.${reason}`),
          hint: t(`reasonHint.${reason}`),
        }))}
    />
  );
}

/** What else is to be known of a revocation. */
export function RevocationComment(props: { value: string; onChange: (text: string) => void }) {
  const { t } = useTranslation();
  return (
    <TextField
      label={t("revoke.comment")}
      optional={t("common.optional")}
      hint={t("revoke.commentHint")}
      maxLength={500}
      {...props}
    />
  );
}
