import { useQuery } from "@tanstack/react-query";
import { Ban, CirclePause } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { Authority } from "../../api";
import { formatMoment } from "../../format";
import { useReasonText } from "../certificates/useReasonText";
import styles from "./Authorities.module.css";
import { casQuery } from "./queries";
import { isHeld } from "./revoked";
import { revokedAbove } from "./tree";

/** That an authority is revoked, since when and why; or that one above it is. */
export function RevokedNotice({ authority }: { authority: Authority }) {
  const { t } = useTranslation();
  const reasonText = useReasonText();
  const above = revokedAbove(useQuery(casQuery).data?.data ?? [], authority);
  if (!authority.revoked && !above) return null;
  const held = isHeld(authority);
  const Icon = held ? CirclePause : Ban;
  const when = formatMoment(authority.revoked_at);
  return (
    <div className={styles.notice} data-held={held || undefined}>
      <Icon aria-hidden />
      <div>
        <b>
          {!authority.revoked
            ? t("revokeCa.above", { name: above?.name ?? "" })
            : t(held ? "revokeCa.held" : "revokeCa.revoked", { when })}
        </b>
        <p>
          {!authority.revoked
            ? t("revokeCa.aboveText")
            : held
              ? t("revokeCa.heldText")
              : t("revokeCa.revokedText", { reason: reasonText(authority.revoke_reason) })}
        </p>
      </div>
    </div>
  );
}
