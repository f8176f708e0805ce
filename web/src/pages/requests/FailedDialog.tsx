import { useTranslation } from "react-i18next";

import type { CertificateRequest, Data } from "../../api";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import styles from "./Requests.module.css";

export type BulkResult = Data<"post", "/csrs/bulk/sign">;

/** What could not be done, and why; the rest is done. */
export function FailedDialog(props: {
  result: BulkResult;
  requests: CertificateRequest[];
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { result, requests } = props;
  return (
    <Dialog
      title={t("bulk.result", {
        done: result.success.length,
        count: result.success.length + result.failed.length,
      })}
      lead={t("bulk.failed")}
      onClose={props.onClose}
      footer={
        <Button look="primary" onClick={props.onClose}>
          {t("common.close")}
        </Button>
      }
    >
      <ul className={styles.failed}>
        {result.failed.map((failure) => (
          <li key={failure.id}>
            <b>{requests.find(({ id }) => id === failure.id)?.name ?? failure.id}</b>
            <p className="muted">{failure.error}</p>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
