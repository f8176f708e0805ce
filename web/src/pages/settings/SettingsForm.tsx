import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import styles from "./Settings.module.css";

/** Fields, what the server said about them, and the button that saves what was changed. */
export function SettingsForm(props: {
  save: { isPending: boolean; error: Error | null; mutate: () => void };
  changed: boolean;
  valid: boolean;
  needs?: string;
  /** Fields that show their own refusal. */
  children: ReactNode;
  /** Buttons beside the one that saves. */
  more?: ReactNode;
}) {
  const { t } = useTranslation();
  const { save, changed, valid } = props;
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (changed && valid) save.mutate();
      }}
    >
      {props.children}
      {save.error && <ErrorNotice error={save.error} />}
      <div className={styles.actions}>
        <Button
          type="submit"
          look="primary"
          needs={props.needs}
          busy={save.isPending}
          blocked={!changed && t("common.nothingChanged")}
        >
          {t("common.save")}
        </Button>
        {props.more}
      </div>
    </form>
  );
}
