import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api, type Certificate } from "../../api";
import { FormDialog } from "../../components/FormDialog";
import { toast } from "../../components/toasts";
import { refreshCertificates } from "./refresh";

const path = "/certificates/{cert_id}/unhold";

/** Ends a hold: clients accept the certificate again. */
export function ReleaseDialog(props: { certificate: Certificate; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { id, common_name: name } = props.certificate;
  const values = { cert_id: id };
  const release = useMutation({
    mutationFn: () => api.post(path, { path: values }),
    onSuccess: async () => {
      await refreshCertificates(queries);
      toast(t("revoke.releaseDone", { name }));
      props.onClose();
    },
  });
  return (
    <FormDialog
      title={t("revoke.releaseTitle", { name })}
      lead={t("revoke.releaseLead")}
      size="small"
      send={release}
      curl={{ method: "POST", path, values }}
      submit={t("revoke.releaseSubmit")}
      onClose={props.onClose}
    />
  );
}
