import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api, type Certificate } from "../../api";
import { asCurl } from "../../api/curl";
import { Button } from "../../components/Button";
import { CopyCurl } from "../../components/Copy";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
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
    <Dialog
      title={t("revoke.releaseTitle", { name })}
      lead={t("revoke.releaseLead")}
      size="small"
      locked={release.isPending}
      onSubmit={() => release.mutate()}
      onClose={props.onClose}
      footer={
        <>
          <CopyCurl text={() => asCurl({ method: "POST", path, values })} />
          <Button onClick={props.onClose}>{t("common.cancel")}</Button>
          <Button type="submit" look="primary" busy={release.isPending}>
            {t("revoke.releaseSubmit")}
          </Button>
        </>
      }
    >
      {release.isError && <ErrorNotice error={release.error} />}
    </Dialog>
  );
}
