import {
  Ban,
  CircleCheck,
  CircleDashed,
  CirclePause,
  CircleX,
  Clock,
  Hourglass,
  type LucideIcon,
} from "lucide-react";
import { useTranslation } from "react-i18next";

import styles from "./State.module.css";

export type Tone = "active" | "due" | "expired" | "revoked" | "accent" | "idle";

/** Icon, word and colour together: no state is told by colour alone. */
export function Label(props: { tone: Tone; icon: LucideIcon; text: string; iconOnly?: boolean }) {
  const Icon = props.icon;
  return (
    <span className={`${styles.state} ${styles[props.tone]}`}>
      <Icon aria-hidden />
      <span className={props.iconOnly ? "visually-hidden" : undefined}>{props.text}</span>
    </span>
  );
}

/** Something that is switched on, or off. */
export function OnOff(props: { on: boolean }) {
  const { t } = useTranslation();
  return props.on ? (
    <Label tone="active" icon={CircleCheck} text={t("enrolment.on")} />
  ) : (
    <Label tone="idle" icon={CirclePause} text={t("enrolment.off")} />
  );
}

/** Something that may be used, or is barred for now. */
export function Usable(props: { usable: boolean }) {
  const { t } = useTranslation();
  return props.usable ? (
    <Label tone="active" icon={CircleCheck} text={t("state.valid")} />
  ) : (
    <Label tone="idle" icon={CirclePause} text={t("users.disabled")} />
  );
}

const certificateLooks = {
  valid: { tone: "active", icon: CircleCheck },
  expiring: { tone: "due", icon: Clock },
  expired: { tone: "expired", icon: Hourglass },
  revoked: { tone: "revoked", icon: Ban },
  held: { tone: "due", icon: CirclePause },
} as const;

/** Revoked for a while only (RFC 5280, 5.3.1). */
export function isOnHold(certificate: { status: string; revoke_reason?: string | null }) {
  return certificate.status === "revoked" && certificate.revoke_reason === "certificateHold";
}

export function CertificateState(props: {
  status: string;
  reason?: string | null | undefined;
  iconOnly?: boolean;
}) {
  const { t } = useTranslation();
  const held = isOnHold({ status: props.status, revoke_reason: props.reason ?? null });
  const status = (
    held ? "held" : props.status in certificateLooks ? props.status : "valid"
  ) as keyof typeof certificateLooks;
  return (
    <Label
      {...certificateLooks[status]}
      text={t(`state.${status}`)}
      iconOnly={props.iconOnly ?? false}
    />
  );
}

const acmeLooks = {
  valid: { tone: "active", icon: CircleCheck },
  ready: { tone: "accent", icon: CircleDashed },
  processing: { tone: "accent", icon: CircleDashed },
  pending: { tone: "idle", icon: CircleDashed },
  invalid: { tone: "expired", icon: CircleX },
  deactivated: { tone: "idle", icon: Ban },
  revoked: { tone: "revoked", icon: Ban },
} as const;

export function AcmeState(props: { status: string }) {
  const { t } = useTranslation();
  const status = (props.status in acmeLooks ? props.status : "pending") as keyof typeof acmeLooks;
  return <Label {...acmeLooks[status]} text={t(`acmeState.${status}`)} />;
}
