import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, type Certificate, type Data, type Reason } from "../../api";
import { asCurl } from "../../api/curl";
import { Button } from "../../components/Button";
import { CopyCurl } from "../../components/Copy";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { toast } from "../../components/toasts";
import { CertificateState } from "../../components/State";
import { refreshCertificates } from "./refresh";
import { ReasonChoice } from "./ReasonChoice";
import styles from "./CertificatesPage.module.css";

type Result = Data<"post", "/certificates/bulk/revoke">;

/** What will happen, to what, and afterwards what became of each. */
export function BulkDialog(props: {
  action: "renew" | "revoke";
  certificates: Certificate[];
  onDone: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { action, certificates } = props;
  const [reason, setReason] = useState<Reason>("unspecified");
  const [result, setResult] = useState<Result>();
  const ids = certificates.map(({ id }) => id);
  const body = action === "revoke" ? { ids, reason } : { ids };

  const run = useMutation({
    mutationFn: () =>
      action === "revoke"
        ? api.post("/certificates/bulk/revoke", { body: { ids, reason } })
        : api.post("/certificates/bulk/renew", { body: { ids } }),
    onSuccess: async ({ data }) => {
      await refreshCertificates(queries);
      if (data.failed.length > 0) return setResult(data);
      toast(
        t(action === "revoke" ? "bulk.revoked" : "bulk.renewed", { count: data.success.length }),
      );
      props.onClose();
      props.onDone();
    },
  });

  if (result) {
    return (
      <Dialog
        title={t("bulk.result", { done: result.success.length, count: ids.length })}
        onClose={props.onClose}
        footer={
          <Button look="primary" onClick={props.onClose}>
            {t("common.close")}
          </Button>
        }
      >
        <p>{t("bulk.failed")}</p>
        <ul className={styles.failed}>
          {result.failed.map((failure) => (
            <li key={failure.id}>
              <b>{certificates.find(({ id }) => id === failure.id)?.common_name ?? failure.id}</b>
              <p className="muted">{failure.error}</p>
            </li>
          ))}
        </ul>
      </Dialog>
    );
  }

  return (
    <Dialog
      title={t(action === "revoke" ? "bulk.revokeTitle" : "bulk.renewTitle", { count: ids.length })}
      lead={t(action === "revoke" ? "revoke.lead" : "bulk.renewLead")}
      locked={run.isPending}
      onSubmit={() => run.mutate()}
      onClose={props.onClose}
      footer={
        <>
          <CopyCurl
            text={() => asCurl({ method: "POST", path: `/certificates/bulk/${action}`, body })}
          />
          <Button onClick={props.onClose}>{t("common.cancel")}</Button>
          <Button
            type="submit"
            look={action === "revoke" ? "danger" : "primary"}
            busy={run.isPending}
          >
            {t(action === "revoke" ? "bulk.revoke" : "bulk.renew", { count: ids.length })}
          </Button>
        </>
      }
    >
      <ul className={styles.names}>
        {certificates.map((certificate) => (
          <li key={certificate.id}>
            <span>{certificate.common_name}</span>
            <CertificateState status={certificate.status} />
          </li>
        ))}
      </ul>
      {action === "revoke" && <ReasonChoice value={reason} onChange={setReason} />}
      {run.isError && <ErrorNotice error={run.error} />}
    </Dialog>
  );
}
