import { Link } from "@tanstack/react-router";

import styles from "./Tags.module.css";

/** Tags as chips, in one line: of many, how many more there are. */
export function TagLine(props: { tags: readonly string[]; most: number }) {
  const shown = props.tags.slice(0, props.most);
  const more = props.tags.length - shown.length;
  if (shown.length === 0) return "–";
  return (
    <span className={`${styles.tags} ${styles.one}`} title={props.tags.join(", ")}>
      {shown.map((tag) => (
        <span key={tag} className={styles.tag}>
          <span>{tag}</span>
        </span>
      ))}
      {more > 0 && <span className={styles.more}>+{more}</span>}
    </span>
  );
}

/** All of them, each leading to the certificates that have it. */
export function TagLinks(props: { tags: readonly string[] }) {
  return (
    <ul className={styles.tags}>
      {props.tags.map((tag) => (
        <li key={tag} className={styles.tag}>
          <TagText tag={tag} linked />
        </li>
      ))}
    </ul>
  );
}

export function TagText(props: { tag: string; linked: boolean | undefined }) {
  if (!props.linked) return <span>{props.tag}</span>;
  return (
    <Link to="/certificates" search={{ tag: [props.tag] }}>
      {props.tag}
    </Link>
  );
}
