import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, type CertificateRequest } from "../../api";
import { DeleteDialog } from "../../components/DeleteDialog";
import { FailedDialog, type BulkResult } from "../../components/FailedDialog";
import styles from "../../components/List.module.css";
import { toast } from "../../components/toasts";
import { refreshRequests } from "./queries";

export function DeleteRequestsDialog(props: {
  requests: CertificateRequest[];
  onDone: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [requests] = useState(props.requests);
  const [result, setResult] = useState<BulkResult>();
  if (result) {
    return (
      <FailedDialog
        result={result}
        nameOf={(id) => requests.find((one) => one.id === id)?.name}
        onClose={props.onClose}
      />
    );
  }
  const withKey = requests.some((one) => one.has_private_key && one.status === "pending");
  return (
    <DeleteDialog
      title={
        requests.length === 1
          ? t("request.deleteTitle", { name: requests[0]?.name ?? "" })
          : t("request.deleteManyTitle", { count: requests.length })
      }
      lead={withKey ? t("request.deleteWithKey") : t("request.deleteLead")}
      onClose={props.onClose}
      remove={async () => {
        const ids = requests.map(({ id }) => id);
        const { data } = await api.post("/csrs/bulk/delete", { body: { ids } });
        if (data.failed.length > 0) {
          await refreshRequests(queries);
          return setResult(data);
        }
        toast(t("request.deletedMany", { count: data.success.length }));
        props.onClose();
        props.onDone();
        await refreshRequests(queries);
      }}
    >
      {requests.length > 1 && (
        <ul className={styles.names} aria-label={t("nav.requests")}>
          {requests.map(({ id, name }) => (
            <li key={id}>{name}</li>
          ))}
        </ul>
      )}
    </DeleteDialog>
  );
}
