import { Link, type LinkProps } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";

import styles from "./Page.module.css";

/** Up to the list, above the heading of what it lists. */
export function BackLink({ children, ...link }: LinkProps) {
  return (
    <Link {...link} className={styles.back}>
      <ChevronLeft aria-hidden />
      {children as React.ReactNode}
    </Link>
  );
}
