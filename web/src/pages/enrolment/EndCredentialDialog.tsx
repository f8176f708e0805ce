import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api, type EabCredential } from "../../api";
import { DeleteDialog } from "../../components/DeleteDialog";
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
  return (
    <DeleteDialog
      title={t(revoking ? "eab.revokeTitle" : "eab.deleteTitle", { name })}
      lead={t(revoking ? "eab.revokeLead" : "eab.deleteLead")}
      submit={t(revoking ? "eab.revokeSubmit" : "request.deleteSubmit")}
      remove={async () => {
        if (revoking) await api.post("/acme/eab-credentials/{credential_id}/revoke", { path });
        else await api.delete("/acme/eab-credentials/{credential_id}", { path });
        await queries.invalidateQueries({ queryKey: ["acme"] });
        toast(t(revoking ? "eab.revoked" : "eab.deleted", { name }));
        props.onClose();
      }}
      onClose={props.onClose}
    />
  );
}
