import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, type Certificate, type Reason } from "../../api";
import { FailedDialog, type BulkResult } from "../../components/FailedDialog";
import { FormDialog } from "../../components/FormDialog";
import lists from "../../components/List.module.css";
import { toast } from "../../components/toasts";
import { CertificateState } from "../../components/State";
import { refreshCertificates } from "./refresh";
import { ReasonChoice } from "./ReasonChoice";

export type BulkAction = "renew" | "revoke" | "delete";

/** What will happen, to what, and afterwards what became of each. */
export function BulkDialog(props: {
  action: BulkAction;
  certificates: Certificate[];
  onDone: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { action } = props;
  // What was chosen when the dialog opened: the list behind it goes on.
  const [certificates] = useState(props.certificates);
  const [reason, setReason] = useState<Reason>("unspecified");
  const [result, setResult] = useState<BulkResult>();
  const ids = certificates.map(({ id }) => id);
  const body = action === "revoke" ? { ids, reason } : { ids };
  const count = ids.length;

  const run = useMutation({
    mutationFn: () => api.post(`/certificates/bulk/${action}`, { body }),
    onSuccess: async ({ data }) => {
      await refreshCertificates(queries);
      if (data.failed.length > 0) return setResult(data);
      toast(t(`bulk.${action}Done`, { count: data.success.length }));
      props.onClose();
      props.onDone();
    },
  });

  if (result) {
    return (
      <FailedDialog
        result={result}
        nameOf={(id) => certificates.find((one) => one.id === id)?.common_name}
        onClose={props.onClose}
      />
    );
  }

  return (
    <FormDialog
      title={t(`bulk.${action}Title`, { count })}
      lead={t(`bulk.${action}Lead`)}
      send={run}
      curl={{ method: "POST", path: `/certificates/bulk/${action}`, body }}
      submit={t(`bulk.${action}`, { count })}
      look={action === "renew" ? "primary" : "danger"}
      onClose={props.onClose}
    >
      <ul className={lists.names} aria-label={t("nav.certificates")}>
        {certificates.map((certificate) => (
          <li key={certificate.id}>
            <span>{certificate.common_name}</span>
            <CertificateState status={certificate.status} reason={certificate.revoke_reason} />
          </li>
        ))}
      </ul>
      {action === "revoke" && <ReasonChoice value={reason} onChange={setReason} />}
    </FormDialog>
  );
}
