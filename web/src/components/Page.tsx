import { useEffect, useRef, type ReactNode } from "react";

import styles from "./Page.module.css";

/** Every page: one heading, what it is about in a line, its actions. */
export function Page(props: {
  title: ReactNode;
  /** For the browser's title when the heading is more than text. */
  name?: string;
  lead?: ReactNode;
  above?: ReactNode;
  actions?: ReactNode;
  narrow?: boolean;
  /** Stands beside a page, whose heading stays the first. */
  beside?: boolean;
  children: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  const Heading = props.beside ? "h2" : "h1";
  const name = props.name ?? (typeof props.title === "string" ? props.title : "");

  useEffect(() => {
    document.title = name ? `${name} · Certwright` : "Certwright";
  }, [name]);

  return (
    <div className={props.narrow ? `${styles.page} ${styles.narrow}` : styles.page}>
      <header className={styles.header}>
        <div className={styles.titles}>
          {props.above && <div className={styles.above}>{props.above}</div>}
          <Heading ref={heading} className={props.beside ? "like-h1" : undefined} tabIndex={-1}>
            {props.title}
          </Heading>
          {props.lead && <div className={styles.lead}>{props.lead}</div>}
        </div>
        {props.actions && <div className={styles.actions}>{props.actions}</div>}
      </header>
      {props.children}
    </div>
  );
}

/** A part of a page under its own heading; the line above it is the only frame. */
export function Section(props: {
  title: ReactNode;
  aside?: ReactNode;
  card?: boolean;
  flush?: boolean;
  children: ReactNode;
  id?: string;
}) {
  return (
    <section
      className={[styles.section, props.card && styles.card, props.flush && styles.flush]
        .filter(Boolean)
        .join(" ")}
      id={props.id}
    >
      <header>
        <h2>{props.title}</h2>
        {props.aside && <div>{props.aside}</div>}
      </header>
      <div className={styles.sectionBody}>{props.children}</div>
    </section>
  );
}

export function Facts(props: { facts: [ReactNode, ReactNode][]; columns?: boolean }) {
  return (
    <dl className={props.columns ? `${styles.facts} ${styles.columns}` : styles.facts}>
      {props.facts.map(([name, value], index) => (
        <div key={index}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
