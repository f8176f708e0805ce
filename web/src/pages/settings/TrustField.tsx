import { useTranslation } from "react-i18next";

import { TextArea } from "../../components/Field";

/** The authorities that a server's certificate may come from, as PEM; the system's when empty. */
export function TrustField(props: {
  label?: string;
  optional?: boolean;
  value: string;
  onChange: (value: string) => void;
  error?: string | false;
}) {
  const { t } = useTranslation();
  return (
    <TextArea
      label={props.label ?? t("mail.trust")}
      optional={props.optional ? t("common.optional") : undefined}
      hint={t("mail.trustHint")}
      placeholder="-----BEGIN CERTIFICATE-----"
      rows={3}
      mono
      value={props.value}
      onChange={props.onChange}
      error={props.error}
    />
  );
}
