import { Link, type LinkProps } from "@tanstack/react-router";
import {
  CircleCheck,
  ClipboardCheck,
  Clock,
  FileWarning,
  Hourglass,
  Landmark,
  PlugZap,
  TriangleAlert,
  type LucideIcon,
} from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { AttentionItem } from "../../api";
import { Breakable } from "../../components/Breakable";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Section } from "../../components/Page";
import { SkeletonLines } from "../../components/Skeleton";
import { formatRelative } from "../../format";
import styles from "./HomePage.module.css";

const icons: Record<string, LucideIcon> = {
  certificate_expiring: Clock,
  certificate_expired: Hourglass,
  authority_expiring: Landmark,
  crl_stale: FileWarning,
  order_waiting: ClipboardCheck,
  order_failed: PlugZap,
};
const actions = [
  "certificate_expiring",
  "certificate_expired",
  "authority_expiring",
  "crl_stale",
  "order_waiting",
  "order_failed",
] as const;
const atFirst = 6;

/** What will not solve itself, worst first; every row leads to where it is solved. */
export function Attention(props: {
  items: AttentionItem[] | undefined;
  error: unknown;
  onRetry: () => void;
}) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const { items } = props;
  const shown = all ? items : items?.slice(0, atFirst);

  return (
    <Section title={t("home.needsYou")} card flush>
      {props.error && !items ? (
        <div className={styles.pad}>
          <ErrorNotice error={props.error} onRetry={props.onRetry} />
        </div>
      ) : !shown ? (
        <div className={styles.pad}>
          <SkeletonLines lines={5} label={t("common.loading")} />
        </div>
      ) : shown.length === 0 ? (
        <p className={styles.well}>
          <CircleCheck aria-hidden />
          {t("home.nothingNeeds")}
        </p>
      ) : (
        <ul className={styles.queue}>
          {shown.map((item) => (
            <Row key={`${item.kind}-${item.target}-${item.target_id}`} item={item} />
          ))}
        </ul>
      )}
      {items && items.length > atFirst && !all && (
        <div className={styles.more}>
          <Button look="ghost" small onClick={() => setAll(true)}>
            {t("home.showAll", { count: items.length })}
          </Button>
        </div>
      )}
    </Section>
  );
}

function Row({ item }: { item: AttentionItem }) {
  const { t } = useTranslation();
  const Icon = icons[item.kind] ?? TriangleAlert;
  const kind = actions.find((action) => action === item.kind);
  const reason = useReason();
  return (
    <li>
      <Link {...target(item)}>
        <span className={`${styles.severity} ${styles[item.severity] ?? ""}`}>
          <Icon aria-hidden />
          <span className="visually-hidden">
            {t(
              `severity.${item.severity === "critical" || item.severity === "warning" ? item.severity : "info"}`,
            )}
          </span>
        </span>
        <span>
          <b>
            <Breakable text={item.title} />
          </b>
          <small>{reason(item)}</small>
        </span>
        <em>{t(`attention.${kind ?? "other"}`)}</em>
      </Link>
    </li>
  );
}

/** Why it is here, in the language of the reader; what has no words of ours keeps the server's. */
function useReason() {
  const { t } = useTranslation();
  return (item: AttentionItem) => {
    const when = formatRelative(item.due);
    const past = Boolean(item.due && Date.parse(item.due) < Date.now());
    if (item.kind === "order_waiting") return t("attention.waits", { when });
    if (item.kind === "crl_stale") return t("attention.crlStale");
    if (item.kind.startsWith("certificate_") && item.due)
      return t(past ? "attention.wasExpired" : "attention.expires", { when });
    if (item.kind === "authority_expiring" && item.due && !past)
      return t("attention.authorityExpires", { when });
    return item.detail;
  };
}

function target(item: AttentionItem): LinkProps {
  const params = { id: String(item.target_id) };
  if (item.target === "certificate")
    return { to: "/certificates/$id", params, search: {} } as LinkProps;
  if (item.target === "authority") return { to: "/authorities/$id", params } as LinkProps;
  const tab = item.target === "approval" ? "approvals" : "orders";
  return { to: "/enrolment", search: { tab } } as LinkProps;
}
