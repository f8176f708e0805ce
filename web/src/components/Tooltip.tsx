import * as Radix from "@radix-ui/react-tooltip";
import { createContext, use, type ReactNode } from "react";

import styles from "./Tooltip.module.css";

/** Inside a modal dialog, floating things must be drawn inside it, or they lie behind it. */
export const FloatContainer = createContext<HTMLElement | null>(null);

export function TooltipProvider(props: { children: ReactNode }) {
  return <Radix.Provider delayDuration={350}>{props.children}</Radix.Provider>;
}

export function Tooltip(props: {
  text: ReactNode;
  side?: "top" | "right" | "bottom" | "left";
  children: ReactNode;
}) {
  const container = use(FloatContainer);
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{props.children}</Radix.Trigger>
      <Radix.Portal container={container}>
        <Radix.Content
          className={styles.tip}
          side={props.side ?? "top"}
          sideOffset={6}
          collisionPadding={8}
        >
          {props.text}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
