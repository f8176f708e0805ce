import * as Radix from "@radix-ui/react-tabs";
import type { ReactNode } from "react";

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
  return (
    <Radix.Root value={props.value} onValueChange={props.onChange}>
      <Radix.List className={styles.list} aria-label={props.label}>
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
