import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api, type Authority } from "../../api";
import { asCurl } from "../../api/curl";
import { Button } from "../../components/Button";
import { CopyCurl } from "../../components/Copy";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
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
    <Dialog
      title={
        further
          ? t("revokeCa.furtherReleaseTitle", { name, issuer: further.issuer })
          : t("revoke.releaseTitle", { name })
      }
      lead={t("revokeCa.releaseLead")}
      size="small"
      locked={release.isPending}
      onSubmit={() => release.mutate()}
      onClose={props.onClose}
      footer={
        <>
          <CopyCurl
            text={() => asCurl({ method: "POST", path: further ? one : whole, values: path })}
          />
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
