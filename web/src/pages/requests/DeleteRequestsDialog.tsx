import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, type CertificateRequest } from "../../api";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { toast } from "../../components/toasts";
import { FailedDialog, type BulkResult } from "./FailedDialog";
import { refreshRequests } from "./queries";
import styles from "./Requests.module.css";

export function DeleteRequestsDialog(props: {
  requests: CertificateRequest[];
  onDone: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [requests] = useState(props.requests);
  const [result, setResult] = useState<BulkResult>();
  const remove = useMutation({
    mutationFn: () =>
      api.post("/csrs/bulk/delete", { body: { ids: requests.map(({ id }) => id) } }),
    onSuccess: async ({ data }) => {
      if (data.failed.length > 0) {
        await refreshRequests(queries);
        return setResult(data);
      }
      toast(t("request.deletedMany", { count: data.success.length }));
      props.onClose();
      props.onDone();
      await refreshRequests(queries);
    },
  });
  if (result) {
    return <FailedDialog result={result} requests={requests} onClose={props.onClose} />;
  }
  const withKey = requests.some((one) => one.has_private_key && one.status === "pending");
  return (
    <Dialog
      title={
        requests.length === 1
          ? t("request.deleteTitle", { name: requests[0]?.name ?? "" })
          : t("request.deleteManyTitle", { count: requests.length })
      }
      lead={withKey ? t("request.deleteWithKey") : t("request.deleteLead")}
      size="small"
      locked={remove.isPending}
      onSubmit={() => remove.mutate()}
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={props.onClose}>{t("common.cancel")}</Button>
          <Button type="submit" look="danger" busy={remove.isPending}>
            {t("request.deleteSubmit")}
          </Button>
        </>
      }
    >
      {requests.length > 1 && (
        <ul className={styles.names} aria-label={t("nav.requests")}>
          {requests.map(({ id, name }) => (
            <li key={id}>{name}</li>
          ))}
        </ul>
      )}
      {remove.isError && <ErrorNotice error={remove.error} />}
    </Dialog>
  );
}
