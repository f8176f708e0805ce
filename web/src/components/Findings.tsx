import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";

import styles from "./Findings.module.css";
import { Label } from "./State";

const looks = {
  error: { tone: "expired", icon: CircleAlert },
  refusal: { tone: "expired", icon: CircleAlert },
  warn: { tone: "due", icon: TriangleAlert },
  warning: { tone: "due", icon: TriangleAlert },
  notice: { tone: "idle", icon: Info },
} as const;

export interface Finding {
  severity: string;
  detail: string;
  /** Where the rule stands, or who keeps to it. */
  citation: string;
}

/** What rules say of a certificate, the worst first as the server sends it. */
export function Findings(props: { findings: Finding[]; label?: string }) {
  const { t } = useTranslation();
  return (
    <ul className={styles.findings} aria-label={props.label ?? t("template.lint")}>
      {props.findings.map(({ severity, detail, citation }) => (
        <li key={citation + detail}>
          <Label
            {...(looks[severity as keyof typeof looks] ?? looks.notice)}
            text={severity}
            iconOnly
          />
          <span>
            {detail} <small>{citation}</small>
          </span>
        </li>
      ))}
    </ul>
  );
}

/** What is refused, field by field. */
export function Problems(props: { problems: { field: string; reason: string }[] }) {
  const { t } = useTranslation();
  return (
    <ul className={styles.findings}>
      {props.problems.map(({ field, reason }) => (
        <li key={field + reason}>
          <Label {...looks.error} text={t("template.problem")} />
          <span>
            {reason} <small>({field})</small>
          </span>
        </li>
      ))}
    </ul>
  );
}
