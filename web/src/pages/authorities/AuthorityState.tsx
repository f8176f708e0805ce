import { useQuery } from "@tanstack/react-query";
import { Ban, CircleCheck, CirclePause, Clock, FileWarning, Hourglass } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { Authority, Crl } from "../../api";
import { Label } from "../../components/State";
import { lifeStatus } from "./life";
import { casQuery } from "./queries";
import { isHeld } from "./revoked";
import { revokedAbove } from "./tree";

/** The one thing most in need of saying about an authority. */
export function AuthorityState(props: { authority: Authority; crl: Crl | undefined }) {
  const { t } = useTranslation();
  const { authority, crl } = props;
  const all = useQuery(casQuery).data?.data;
  if (isHeld(authority)) return <Label tone="due" icon={CirclePause} text={t("state.held")} />;
  if (authority.revoked) return <Label tone="revoked" icon={Ban} text={t("state.revoked")} />;
  if (revokedAbove(all ?? [], authority))
    return <Label tone="revoked" icon={Ban} text={t("authority.revokedAbove")} />;
  if (authority.status === "Expired")
    return <Label tone="expired" icon={Hourglass} text={t("state.expired")} />;
  if (!authority.is_active)
    return <Label tone="idle" icon={CirclePause} text={t("authority.inactive")} />;
  if (crl?.is_stale)
    return <Label tone="expired" icon={FileWarning} text={t("authority.crlStale")} />;
  if (lifeStatus(authority) !== "valid")
    return <Label tone="due" icon={Clock} text={t("state.expiring")} />;
  return <Label tone="active" icon={CircleCheck} text={t("state.valid")} />;
}
