import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "./Button";
import styles from "./SelectionBar.module.css";

/** What can be done with the rows that are selected; it floats over the list. */
export function SelectionBar(props: {
  count: number;
  /** Says more than the number. */
  text?: string;
  onClear: () => void;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <div className={styles.bar} role="region" aria-label={t("bulk.label")}>
      <b className="num" role="status">
        {props.text ?? t("bulk.selected", { count: props.count })}
      </b>
      {props.children}
      <Button small look="ghost" onClick={props.onClear}>
        {t("bulk.clear")}
      </Button>
    </div>
  );
}
