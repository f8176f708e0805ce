import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, type Authority, type Reason } from "../../api";
import { useCan } from "../../auth/useCan";
import { TextField } from "../../components/Field";
import { FormDialog } from "../../components/FormDialog";
import { SkeletonLines } from "../../components/Skeleton";
import { toast } from "../../components/toasts";
import { formatNumber } from "../../format";
import { ReasonChoice, RevocationComment } from "../certificates/ReasonChoice";
import styles from "./Authorities.module.css";
import { furtherQuery, refreshAuthorities } from "./queries";
import { isGone, isHeld, rightToRevoke, type Further } from "./revoked";
import { useUntrusted } from "./useUntrusted";

const whole = "/cas/{ca_id}/revoke";
const one = "/cas/{ca_id}/further-certificates/{certificate_id}/revoke";

/** Ends an authority, or one further certificate of it: who means it types its name. */
export function RevokeAuthorityDialog(props: {
  authority: Authority;
  further?: Further;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const can = useCan();
  const queries = useQueryClient();
  const { authority, further } = props;
  const { name } = authority;
  const issuer = further?.issuer ?? "";
  const [reason, setReason] = useState<Reason>("unspecified");
  const [comments, setComments] = useState("");
  const [typed, setTyped] = useState("");
  const [tried, setTried] = useState(false);
  const hold = reason === "certificateHold";
  const confirmed = typed.trim() === name;
  const path = { ca_id: authority.id, ...(further ? { certificate_id: further.id } : {}) };
  const body = { reason, ...(comments.trim() ? { comments: comments.trim() } : {}) };

  const revoke = useMutation({
    mutationFn: async () => {
      if (further) await api.post(one, { path, body });
      else await api.post(whole, { path, body });
    },
    onSuccess: async () => {
      await refreshAuthorities(queries);
      const [done, holdDone] = further
        ? (["revokeCa.furtherDone", "revokeCa.furtherHoldDone"] as const)
        : (["revoke.done", "revoke.holdDone"] as const);
      toast(t(hold ? holdDone : done, { name, issuer }));
      props.onClose();
    },
  });

  const lead = further
    ? t(hold ? "revokeCa.furtherHoldLead" : "revokeCa.furtherLead", { name, issuer })
    : t(hold ? "revokeCa.holdLead" : "revokeCa.lead");
  return (
    <FormDialog
      title={further ? t("revokeCa.furtherTitle", { name, issuer }) : t("revoke.title", { name })}
      lead={lead}
      send={revoke}
      curl={{ method: "POST", path: further ? one : whole, values: path, body }}
      submit={
        hold ? t("revoke.holdSubmit") : t(further ? "revokeCa.furtherSubmit" : "revokeCa.submit")
      }
      look={hold ? "primary" : "danger"}
      needs={rightToRevoke(can)}
      ready={confirmed}
      onTry={() => setTried(true)}
      onClose={props.onClose}
    >
      {!further && <Consequence authority={authority} />}
      <ReasonChoice
        ofAuthority
        value={reason}
        onChange={setReason}
        forGood={isHeld(further ?? authority)}
      />
      <RevocationComment value={comments} onChange={setComments} />
      <TextField
        label={t("deleteCa.confirm", { name })}
        autoComplete="off"
        value={typed}
        onChange={setTyped}
        error={tried && !confirmed && t("deleteCa.wrong")}
      />
    </FormDialog>
  );
}

/** What goes with the authority, in numbers. */
function Consequence({ authority }: { authority: Authority }) {
  const { t } = useTranslation();
  const { certificates, authorities } = useUntrusted(authority);
  const further = useQuery(furtherQuery(authority.id)).data?.data ?? [];
  const withIt = further.filter((each) => each.issuer_id && !isGone(each)).length;
  if (certificates === undefined) return <SkeletonLines lines={2} label={t("common.loading")} />;
  return (
    <ul className={styles.consequence}>
      <li>{t("revokeCa.certificates", { count: certificates, n: formatNumber(certificates) })}</li>
      {authorities > 0 && <li>{t("revokeCa.authorities", { count: authorities })}</li>}
      {withIt > 0 && <li>{t("revokeCa.further", { count: withIt })}</li>}
    </ul>
  );
}
