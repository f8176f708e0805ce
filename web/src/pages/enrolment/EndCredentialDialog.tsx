import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api, type EabCredential } from "../../api";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { toast } from "../../components/toasts";

export function EndCredentialDialog(props: {
  credential: EabCredential;
  way: "revoke" | "delete";
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { credential, way } = props;
  const name = credential.description || credential.kid;
  const path = { credential_id: credential.id };
  const revoking = way === "revoke";
  const end = useMutation({
    mutationFn: async () => {
      if (revoking) await api.post("/acme/eab-credentials/{credential_id}/revoke", { path });
      else await api.delete("/acme/eab-credentials/{credential_id}", { path });
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["acme"] });
      toast(t(revoking ? "eab.revoked" : "eab.deleted", { name }));
      props.onClose();
    },
  });
  return (
    <Dialog
      title={t(revoking ? "eab.revokeTitle" : "eab.deleteTitle", { name })}
      lead={t(revoking ? "eab.revokeLead" : "eab.deleteLead")}
      size="small"
      locked={end.isPending}
      onSubmit={() => end.mutate()}
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={props.onClose}>{t("common.cancel")}</Button>
          <Button type="submit" look="danger" busy={end.isPending}>
            {t(revoking ? "eab.revokeSubmit" : "request.deleteSubmit")}
          </Button>
        </>
      }
    >
      {end.isError && <ErrorNotice error={end.error} />}
    </Dialog>
  );
}
