import { useTranslation } from "react-i18next";

import { Tooltip } from "../components/Tooltip";
import { useLiveState } from "../live/context";
import styles from "./LiveBadge.module.css";

/** Whether what is on the screen is what is true now. */
export function LiveBadge(props: { compact?: boolean }) {
  const { t } = useTranslation();
  const state = useLiveState();
  return (
    <Tooltip text={t(`live.${state}Help`)} side="right">
      <span
        className={[styles.badge, styles[state], props.compact && styles.compact]
          .filter(Boolean)
          .join(" ")}
        role="status"
      >
        <i aria-hidden />
        <span>{t(`live.${state}`)}</span>
      </span>
    </Tooltip>
  );
}
