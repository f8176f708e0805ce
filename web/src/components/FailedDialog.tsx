import { useTranslation } from "react-i18next";

import { Button } from "./Button";
import { Dialog } from "./Dialog";
import styles from "./List.module.css";

export interface BulkResult {
  success: number[];
  failed: { id: number; error: string }[];
}

/** What could not be done, and why; the rest is done. */
export function FailedDialog(props: {
  result: BulkResult;
  nameOf: (id: number) => string | undefined;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { success, failed } = props.result;
  return (
    <Dialog
      title={t("bulk.result", { done: success.length, count: success.length + failed.length })}
      lead={t("bulk.failed")}
      onClose={props.onClose}
      footer={
        <Button look="primary" onClick={props.onClose}>
          {t("common.close")}
        </Button>
      }
    >
      <ul className={styles.failed}>
        {failed.map(({ id, error }) => (
          <li key={id}>
            <b>{props.nameOf(id) ?? id}</b>
            <p className="muted">{error}</p>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
