import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, type Reason } from "../../api";
import { asCurl } from "../../api/curl";
import { Button } from "../../components/Button";
import { CopyCurl } from "../../components/Copy";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Form } from "../../components/Field";
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
    <Dialog
      title={t("revoke.title", { name })}
      lead={t("userCertificate.revokeLead")}
      locked={revoke.isPending}
      onSubmit={() => revoke.mutate()}
      onClose={props.onClose}
      footer={
        <>
          <CopyCurl text={() => asCurl({ method: "POST", path: template, values: path, body })} />
          <Button onClick={props.onClose}>{t("common.cancel")}</Button>
          <Button type="submit" look="danger" busy={revoke.isPending}>
            {t("revoke.submit")}
          </Button>
        </>
      }
    >
      <Form>
        <ReasonChoice value={reason} onChange={setReason} forGood />
        {revoke.isError && <ErrorNotice error={revoke.error} />}
      </Form>
    </Dialog>
  );
}
