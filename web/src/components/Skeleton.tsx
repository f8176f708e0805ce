import styles from "./Skeleton.module.css";

/** The shape of what is coming. */
export function Skeleton(props: { width?: string; height?: string }) {
  return (
    <span
      className={styles.bone}
      style={{ width: props.width ?? "100%", height: props.height ?? "0.75rem" }}
      aria-hidden
    />
  );
}

export function SkeletonLines(props: { lines: number; label: string }) {
  return (
    <div className={styles.lines} role="status" aria-label={props.label}>
      {Array.from({ length: props.lines }, (_, index) => (
        <Skeleton key={index} width={`${92 - ((index * 37) % 45)}%`} />
      ))}
    </div>
  );
}
