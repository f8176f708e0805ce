import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api, type Authority } from "../../api";
import { FormDialog } from "../../components/FormDialog";
import { toast } from "../../components/toasts";
import { refreshAuthorities } from "./queries";
import type { Further } from "./revoked";

const whole = "/cas/{ca_id}/unhold";
const one = "/cas/{ca_id}/further-certificates/{certificate_id}/unhold";

/** Ends the hold of an authority, or of one further certificate of it. */
export function ReleaseAuthorityDialog(props: {
  authority: Authority;
  further?: Further;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { authority, further } = props;
  const { name } = authority;
  const path = { ca_id: authority.id, ...(further ? { certificate_id: further.id } : {}) };
  const release = useMutation({
    mutationFn: async () => {
      if (further) await api.post(one, { path });
      else await api.post(whole, { path });
    },
    onSuccess: async () => {
      await refreshAuthorities(queries);
      toast(t("revoke.releaseDone", { name }));
      props.onClose();
    },
  });
  return (
    <FormDialog
      title={
        further
          ? t("revokeCa.furtherReleaseTitle", { name, issuer: further.issuer })
          : t("revoke.releaseTitle", { name })
      }
      lead={t("revokeCa.releaseLead")}
      size="small"
      send={release}
      curl={{ method: "POST", path: further ? one : whole, values: path }}
      submit={t("revoke.releaseSubmit")}
      onClose={props.onClose}
    />
  );
}
