import { Ban, CircleCheck, CirclePause, Clock, Hourglass, RefreshCw } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { CertificateDetail } from "../../../api";
import { Button } from "../../../components/Button";
import { LifeSpan } from "../../../components/LifeSpan";
import { isOnHold } from "../../../components/State";
import { lifetime } from "../../../components/lifetime";
import { formatDay, formatMoment, formatRelative } from "../../../format";
import { useReasonText } from "../useReasonText";
import styles from "./Detail.module.css";

/** What happens next, and whether someone has to do it. */
export function NextAction(props: { certificate: CertificateDetail; onRenew: () => void }) {
  const { t } = useTranslation();
  const reasonText = useReasonText();
  const { certificate } = props;
  const life = lifetime(certificate.valid_from, certificate.valid_to);
  // One word per state: what the list calls due is due here as well.
  const open = life.passed >= life.window || certificate.status === "expiring";
  const automated = certificate.source === "acme";
  const system = certificate.source === "system";

  const [Icon, tone, title, text] = isOnHold(certificate)
    ? ([
        CirclePause,
        "due",
        t("next.held", { when: formatMoment(certificate.revoked_at) }),
        t("next.heldText"),
      ] as const)
    : certificate.status === "revoked"
      ? ([
          Ban,
          "revoked",
          t("next.revoked", { when: formatMoment(certificate.revoked_at) }),
          t("next.revokedText", { reason: reasonText(certificate.revoke_reason) }),
        ] as const)
      : certificate.status === "expired"
        ? ([
            Hourglass,
            "expired",
            t("next.expired", { when: formatRelative(certificate.valid_to) }),
            t("next.expiredText"),
          ] as const)
        : automated || system
          ? ([
              open ? RefreshCw : CircleCheck,
              open ? "due" : "active",
              open ? t("next.automatedOpen") : t("next.automated", { day: formatDay(life.opens) }),
              system
                ? t("next.systemText")
                : t("next.automatedText", { until: formatDay(certificate.valid_to) }),
            ] as const)
          : open
            ? ([
                Clock,
                "due",
                t("next.due", { when: formatRelative(certificate.valid_to) }),
                certificate.private_key_available ? t("next.dueText") : t("next.dueOwnKey"),
              ] as const)
            : ([
                CircleCheck,
                "active",
                t("next.manual", { day: formatDay(life.opens) }),
                t("next.manualText", { until: formatDay(certificate.valid_to) }),
              ] as const);

  return (
    <div className={`${styles.next} ${styles[tone]}`}>
      <Icon aria-hidden />
      <div>
        <b>{title}</b>
        <p>{text}</p>
      </div>
      {(certificate.status === "expired" ||
        (open && !automated && certificate.status !== "revoked")) &&
        certificate.private_key_available && (
          <Button
            look="primary"
            icon={RefreshCw}
            needs="write:certificates"
            onClick={props.onRenew}
          >
            {t("renew.submit")}
          </Button>
        )}
      <div className={styles.life}>
        <LifeSpan
          from={certificate.valid_from}
          to={certificate.valid_to}
          status={certificate.status}
        />
      </div>
    </div>
  );
}
