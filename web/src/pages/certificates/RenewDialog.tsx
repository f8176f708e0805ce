import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, type Certificate } from "../../api";
import { TextField } from "../../components/Field";
import { FormDialog } from "../../components/FormDialog";
import { toast } from "../../components/toasts";
import { refreshCertificates } from "./refresh";
import { readDays } from "./issueForm";

export function RenewDialog(props: { certificate: Certificate; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { certificate } = props;
  const [days, setDays] = useState(String(certificate.lifetime_days));
  const validity = readDays(days);
  const path = { cert_id: certificate.id };
  const body = validity === undefined ? {} : { validity_days: validity };

  const renew = useMutation({
    mutationFn: () => api.post("/certificates/{cert_id}/renew", { path, body }),
    onSuccess: async ({ data }) => {
      await refreshCertificates(queries);
      toast(t("renew.done", { name: certificate.common_name }));
      props.onClose();
      if (data.id !== certificate.id) {
        await navigate({ to: "/certificates/$id", params: { id: String(data.id) }, search: {} });
      }
    },
  });

  return (
    <FormDialog
      title={t("renew.title", { name: certificate.common_name })}
      lead={t("renew.lead")}
      size="small"
      send={renew}
      curl={{ method: "POST", path: "/certificates/{cert_id}/renew", values: path, body }}
      submit={t("renew.submit")}
      blocked={validity === undefined && t("issue.daysWrong")}
      onClose={props.onClose}
    >
      <TextField
        label={t("issue.validity")}
        inputMode="numeric"
        value={days}
        onChange={setDays}
        error={validity === undefined && t("issue.daysWrong")}
      />
    </FormDialog>
  );
}
