import { useTranslation } from "react-i18next";

import styles from "./PasswordStrength.module.css";
import { shortest, strength } from "./strength";

const grades = ["weak", "fair", "good", "strong"] as const;

export function PasswordStrength(props: { password: string }) {
  const { t } = useTranslation();
  const { grade } = strength(props.password);
  const level = props.password === "" ? 0 : grades.indexOf(grade) + 1;
  const missing = shortest - props.password.length;
  return (
    <div className={`${styles.strength} ${styles[grade]}`}>
      {grades.map((one, index) => (
        <i key={one} data-on={index < level || undefined} aria-hidden />
      ))}
      <span role="status">
        {props.password === "" || missing > 0
          ? t("strength.length", { count: shortest })
          : t(`strength.${grade}`)}
      </span>
    </div>
  );
}
