import * as Radix from "@radix-ui/react-dropdown-menu";
import { Check, Ellipsis, type LucideIcon } from "lucide-react";
import { use, type ReactNode } from "react";

import { IconButton } from "./Button";
import styles from "./Menu.module.css";
import { FloatContainer } from "./Tooltip";

export function Menu(props: {
  trigger: ReactNode;
  children: ReactNode;
  align?: "start" | "end";
  side?: "top" | "bottom";
}) {
  const container = use(FloatContainer);
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{props.trigger}</Radix.Trigger>
      <Radix.Portal container={container}>
        <Radix.Content
          className={styles.menu}
          align={props.align ?? "start"}
          side={props.side ?? "bottom"}
          sideOffset={4}
          collisionPadding={8}
        >
          {props.children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** What can be done with the object of a row. */
export function RowMenu(props: { label: string; busy?: boolean; children: ReactNode }) {
  const { label, busy, children } = props;
  return (
    <Menu
      align="end"
      trigger={<IconButton icon={Ellipsis} label={label} aria-busy={busy || undefined} />}
    >
      {children}
    </Menu>
  );
}

export function MenuItem(props: {
  icon?: LucideIcon;
  hint?: ReactNode;
  danger?: boolean;
  disabled?: boolean;
  onSelect: () => void;
  children: ReactNode;
}) {
  const Icon = props.icon;
  return (
    <Radix.Item
      className={props.danger ? `${styles.item} ${styles.danger}` : styles.item}
      disabled={props.disabled ?? false}
      onSelect={props.onSelect}
    >
      {Icon && <Icon aria-hidden />}
      <span>{props.children}</span>
      {props.hint && <small>{props.hint}</small>}
    </Radix.Item>
  );
}

export function MenuCheck(props: {
  checked: boolean;
  /** Several may be chosen: the menu stays open. */
  many?: boolean;
  onSelect: () => void;
  children: ReactNode;
}) {
  return (
    <Radix.CheckboxItem
      className={styles.item}
      checked={props.checked}
      onSelect={(event) => {
        if (props.many) event.preventDefault();
        props.onSelect();
      }}
    >
      <span className={styles.check}>{props.checked && <Check aria-hidden />}</span>
      {props.children}
    </Radix.CheckboxItem>
  );
}

export function MenuLabel(props: { children: ReactNode }) {
  return <Radix.Label className={styles.label}>{props.children}</Radix.Label>;
}

export function MenuLine() {
  return <Radix.Separator className={styles.line} />;
}
