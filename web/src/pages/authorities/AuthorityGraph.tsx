import { useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Globe } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { Authority, Crl } from "../../api";
import { formatDay } from "../../format";
import { AuthorityState } from "./AuthorityState";
import styles from "./AuthorityGraph.module.css";
import { graphOf, type GraphEdge } from "./graph";
import { furtherQuery } from "./queries";

// In rem, so that it grows with the type.
const size = { width: 16, height: 5.5, across: 20, down: 6.5, edge: 1 };
const x = (column: number) => size.edge + column * size.across;
const y = (row: number) => size.edge + row * size.down;

/** The authorities as boxes, with a line from each to whom it signed; cross-signatures are dashed. */
export function AuthorityGraph(props: { authorities: Authority[]; crls: Crl[] | undefined }) {
  const { t } = useTranslation();
  const { authorities } = props;
  const further = useQueries({
    queries: authorities.map(({ id }) => furtherQuery(id)),
  }).flatMap(({ data }) => data?.data ?? []);
  const graph = graphOf(authorities, further);
  const width = x(graph.columns) - size.across + size.width + size.edge;
  const height = y(graph.rows) - size.down + size.height + size.edge;
  const crossed = graph.edges.some(({ cross }) => cross);

  return (
    <div className={styles.frame}>
      {/* What is wider than the screen scrolls here, so the keyboard must reach it. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className={styles.scroll} tabIndex={0} role="region" aria-label={t("graph.label")}>
        <div className={styles.canvas} style={{ width: `${width}rem`, height: `${height}rem` }}>
          <svg
            viewBox={`0 0 ${width} ${height}`}
            style={{ width: `${width}rem`, height: `${height}rem` }}
            aria-hidden
          >
            {graph.edges.map((edge) => (
              <path
                key={`${edge.from.key}>${edge.to.key}${edge.cross}`}
                className={edge.cross ? styles.cross : styles.edge}
                d={pathOf(edge)}
              />
            ))}
          </svg>
          <ul>
            {graph.nodes.map(({ key, authority, name, column, row, crossSignedBy }) => (
              <li key={key} style={{ left: `${x(column)}rem`, top: `${y(row)}rem` }}>
                {authority ? (
                  <>
                    <Link to="/authorities/$id" params={{ id: String(authority.id) }}>
                      {name}
                    </Link>
                    <small>
                      {t(authority.is_root ? "authority.root" : "authority.intermediate")} ·{" "}
                      {t("home.until", { day: formatDay(authority.valid_to) })}
                    </small>
                    <AuthorityState
                      authority={authority}
                      crl={props.crls?.find(({ ca_id }) => ca_id === authority.id)}
                    />
                  </>
                ) : (
                  <>
                    <b>{name}</b>
                    <small>
                      <Globe aria-hidden /> {t("graph.elsewhere")}
                    </small>
                  </>
                )}
                {crossSignedBy.length > 0 && (
                  <span className="visually-hidden">
                    {t("graph.crossSignedBy", { names: crossSignedBy.join(", ") })}
                  </span>
                )}
              </li>
            ))}
          </ul>
        </div>
      </div>
      <p className={styles.legend} aria-hidden>
        <span>
          <svg viewBox="0 0 24 8">
            <path className={styles.edge} d="M0 4H24" />
          </svg>
          {t("graph.signed")}
        </span>
        {crossed && (
          <span>
            <svg viewBox="0 0 24 8">
              <path className={styles.cross} d="M0 4H24" />
            </svg>
            {t("crossSign.kind_cross")}
          </span>
        )}
      </p>
    </div>
  );
}

/** From the right side of who signs to the left side of who is signed; within a column, around. */
function pathOf({ from, to }: GraphEdge) {
  const start = { x: x(from.column) + size.width, y: y(from.row) + size.height / 2 };
  const end = { x: x(to.column), y: y(to.row) + size.height / 2 };
  if (to.column > from.column) {
    const half = (start.x + end.x) / 2;
    return `M${start.x} ${start.y}C${half} ${start.y} ${half} ${end.y} ${end.x} ${end.y}`;
  }
  const side = { x: x(to.column) + size.width, y: end.y };
  const out = Math.max(start.x, side.x) + 2.5;
  return `M${start.x} ${start.y}C${out} ${start.y} ${out} ${side.y} ${side.x} ${side.y}`;
}
