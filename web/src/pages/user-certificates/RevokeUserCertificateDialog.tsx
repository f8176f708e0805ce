import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, type Reason } from "../../api";
import { FormDialog } from "../../components/FormDialog";
import { toast } from "../../components/toasts";
import { ReasonChoice } from "../certificates/ReasonChoice";
import { refreshCertificates } from "../certificates/refresh";
import type { UserCertificate } from "./UserCertificatesPage";

const template = "/user-certificates/{id}/revoke";

export function RevokeUserCertificateDialog(props: {
  certificate: UserCertificate;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { id, common_name: name } = props.certificate;
  const [reason, setReason] = useState<Reason>("unspecified");
  const path = { id };
  const body = { reason };
  const revoke = useMutation({
    mutationFn: () => api.post(template, { path, body }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["user-certificates"] });
      await refreshCertificates(queries);
      toast(t("revoke.done", { name }));
      props.onClose();
    },
  });
  return (
    <FormDialog
      title={t("revoke.title", { name })}
      lead={t("userCertificate.revokeLead")}
      send={revoke}
      curl={{ method: "POST", path: template, values: path, body }}
      submit={t("revoke.submit")}
      look="danger"
      onClose={props.onClose}
    >
      <ReasonChoice value={reason} onChange={setReason} forGood />
    </FormDialog>
  );
}
