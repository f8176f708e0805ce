import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

import styles from "./EmptyState.module.css";

/** Nothing here yet: one sentence that teaches, one way on. */
export function EmptyState(props: {
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  const Icon = props.icon;
  return (
    <div className={styles.empty}>
      <Icon aria-hidden />
      <h2>{props.title}</h2>
      {props.children && <p>{props.children}</p>}
      {props.action && <div>{props.action}</div>}
    </div>
  );
}
