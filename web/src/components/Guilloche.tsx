import { guillochePath } from "./guillochePath";
import styles from "./Guilloche.module.css";

const rings = [
  { radius: 430, swing: 52, lobes: 12, lines: 16 },
  { radius: 318, swing: 44, lobes: 10, lines: 13 },
  { radius: 214, swing: 38, lobes: 8, lines: 11 },
  { radius: 118, swing: 32, lobes: 6, lines: 9 },
];

const paths = rings.flatMap(({ radius, swing, lobes, lines }) =>
  Array.from({ length: lines }, (_, line) =>
    guillochePath(radius, swing, lobes, (line / lines) * 2 * Math.PI, lobes * 36),
  ),
);

/** Decoration of the pages before sign-in. */
export function Guilloche() {
  return (
    <svg className={styles.pattern} viewBox="-500 -500 1000 1000" aria-hidden>
      {paths.map((d) => (
        <path key={d.slice(0, 60)} d={d} />
      ))}
    </svg>
  );
}
