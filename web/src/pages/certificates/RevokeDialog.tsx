import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, type Certificate, type Reason } from "../../api";
import { FormDialog } from "../../components/FormDialog";
import { isOnHold } from "../../components/State";
import { toast } from "../../components/toasts";
import { ReasonChoice, RevocationComment } from "./ReasonChoice";
import { refreshCertificates } from "./refresh";

export function RevokeDialog(props: { certificate: Certificate; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { certificate } = props;
  const [reason, setReason] = useState<Reason>("unspecified");
  const [comments, setComments] = useState("");
  const hold = reason === "certificateHold";
  const path = { cert_id: certificate.id };
  const body = { reason, ...(comments.trim() ? { comments: comments.trim() } : {}) };

  const revoke = useMutation({
    mutationFn: () => api.post("/certificates/{cert_id}/revoke", { path, body }),
    onSuccess: async () => {
      await refreshCertificates(queries);
      toast(t(hold ? "revoke.holdDone" : "revoke.done", { name: certificate.common_name }));
      props.onClose();
    },
  });

  return (
    <FormDialog
      title={t("revoke.title", { name: certificate.common_name })}
      lead={t(hold ? "revoke.holdLead" : "revoke.lead")}
      send={revoke}
      curl={{ method: "POST", path: "/certificates/{cert_id}/revoke", values: path, body }}
      submit={t(hold ? "revoke.holdSubmit" : "revoke.submit")}
      look={hold ? "primary" : "danger"}
      onClose={props.onClose}
    >
      <ReasonChoice value={reason} onChange={setReason} forGood={isOnHold(certificate)} />
      <RevocationComment value={comments} onChange={setComments} />
    </FormDialog>
  );
}
