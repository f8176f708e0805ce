import { ChevronDown, Search, X } from "lucide-react";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import styles from "./Filters.module.css";
import { Menu } from "./Menu";
import { useShortcuts } from "./useShortcuts";

/** The row above a list: free text, and a chip for each filter. */
export function Filters(props: { children: ReactNode }) {
  return <search className={styles.filters}>{props.children}</search>;
}

/** Sends what was typed when the typing pauses. What `onSearch` returns stays in the field. */
export function SearchInput(props: {
  label: string;
  placeholder: string;
  value: string;
  onSearch: (typed: string) => string | undefined;
}) {
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(props.value);
  const sent = useRef(props.value);
  useShortcuts({ "/": () => input.current?.select() });

  // The address changed by other means: Back, a chip, a link.
  useEffect(() => {
    if (props.value !== sent.current) {
      sent.current = props.value;
      setTyped(props.value);
    }
  }, [props.value]);

  const send = (text: string) => {
    if (text === sent.current) return;
    const rest = props.onSearch(text) ?? text;
    sent.current = rest;
    if (rest !== text) setTyped(rest);
  };
  const sendLatest = useRef(send);
  useEffect(() => {
    sendLatest.current = send;
  });
  useEffect(() => {
    const timer = setTimeout(() => sendLatest.current(typed.trim()), 250);
    return () => clearTimeout(timer);
  }, [typed]);

  return (
    <div className={styles.query}>
      <Search aria-hidden />
      <input
        ref={input}
        type="search"
        aria-label={props.label}
        placeholder={props.placeholder}
        spellCheck={false}
        autoCapitalize="none"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") send(typed.trim());
          if (event.key === "Escape") event.currentTarget.blur();
        }}
      />
      <kbd aria-hidden>/</kbd>
    </div>
  );
}

/** A filter: grey while it takes everything, with its value and a cross while it does not. */
export function Chip(props: {
  label: string;
  value: string | undefined;
  onRemove: () => void;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  const menu = (
    <Menu
      trigger={
        <button type="button" className={styles.chip}>
          {props.label}
          {props.value ? <b>{props.value}</b> : <ChevronDown aria-hidden />}
        </button>
      }
    >
      {props.children}
    </Menu>
  );
  if (!props.value) return menu;
  return (
    <span className={styles.on}>
      {menu}
      <button
        type="button"
        className={styles.remove}
        aria-label={t("certificates.removeFilter", { name: props.label })}
        onClick={props.onRemove}
      >
        <X aria-hidden />
      </button>
    </span>
  );
}
