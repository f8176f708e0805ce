import { useTranslation } from "react-i18next";

const known = [
  "unspecified",
  "keyCompromise",
  "caCompromise",
  "affiliationChanged",
  "superseded",
  "cessationOfOperation",
  "privilegeWithdrawn",
  "certificateHold",
] as const;

export function useReasonText() {
  const { t } = useTranslation();
  return (reason: string | null | undefined) => {
    const name = known.find((one) => one === reason);
    return name ? t(`reason.${name}`) : (reason ?? t("reason.unspecified"));
  };
}
