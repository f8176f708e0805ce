import * as Radix from "@radix-ui/react-tabs";
import { useEffect, useRef, type ReactNode } from "react";

import styles from "./Tabs.module.css";

export interface Tab {
  id: string;
  label: ReactNode;
  count?: number | undefined;
  content: ReactNode;
}

/** The chosen tab belongs to the address, so the page keeps it. */
export function Tabs(props: {
  label: string;
  tabs: Tab[];
  value: string;
  onChange: (id: string) => void;
}) {
  const list = useRef<HTMLDivElement>(null);
  // On a phone the row of tabs may be wider than the screen.
  useEffect(() => {
    list.current
      ?.querySelector("[data-state=active]")
      ?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [props.value]);
  return (
    <Radix.Root value={props.value} onValueChange={props.onChange}>
      <Radix.List ref={list} className={styles.list} aria-label={props.label}>
        {props.tabs.map((tab) => (
          <Radix.Trigger key={tab.id} className={styles.tab} value={tab.id}>
            {tab.label}
            {tab.count !== undefined && <span className="num">{tab.count}</span>}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {props.tabs.map((tab) => (
        <Radix.Content key={tab.id} className={styles.content} value={tab.id}>
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
