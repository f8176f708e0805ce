import { ArrowDown, ArrowUp } from "lucide-react";
import { useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import styles from "./DataTable.module.css";
import { Checkbox } from "./Field";
import { Skeleton } from "./Skeleton";
import { useShortcuts } from "./useShortcuts";

export interface Column<Row> {
  id: string;
  title: string;
  cell: (row: Row) => ReactNode;
  /** The name by which the server sorts. */
  sort?: string;
  /** The least room (of the table, not of the window) at which the column shows. */
  from?: "medium" | "large" | "huge";
  /** Where it goes when rows become cards; columns without a place are left out there. */
  card?: "title" | "state" | "line" | "end";
  /** On a card, its title stands before it. */
  named?: boolean;
  align?: "end";
  width?: string;
}

interface DataTableProps<Row> {
  caption: string;
  columns: Column<Row>[];
  rows: Row[] | undefined;
  rowKey: (row: Row) => number | string;
  /** Names the row for the checkbox. */
  rowName?: (row: Row) => string;
  /** Rows of the skeleton while nothing is there yet. */
  skeleton?: number;
  empty?: ReactNode;
  stale?: boolean;
  sort?: string | undefined;
  onSort?: (sort: string) => void;
  selected?: ReadonlySet<number | string>;
  onSelect?: (rows: Row[], on: boolean) => void;
  onOpen?: (row: Row) => void;
  current?: number | string | undefined;
}

/** A real table; where there is no room for one, each row is a card. j, k, x and Enter work. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { t } = useTranslation();
  const body = useRef<HTMLTableSectionElement>(null);
  const { columns, rows, selected, onSelect } = props;

  const focusedIndex = () => {
    const row = document.activeElement?.closest("tr");
    return row && body.current?.contains(row) ? [...body.current.rows].indexOf(row) : -1;
  };
  const move = (step: number) => {
    const all = body.current?.rows;
    if (!all?.length) return;
    const at = focusedIndex();
    const next = all[Math.min(all.length - 1, Math.max(0, at + step))];
    next?.querySelector<HTMLElement>("[data-card=title] a, [data-card=title] button")?.focus();
    next?.scrollIntoView({ block: "nearest" });
  };
  useShortcuts(
    rows?.length && props.onOpen
      ? {
          j: () => move(1),
          k: () => move(focusedIndex() < 0 ? 1 : -1),
          x: () => {
            const row = rows[focusedIndex()];
            if (row !== undefined) onSelect?.([row], !selected?.has(props.rowKey(row)));
          },
        }
      : {},
  );

  if (rows?.length === 0 && props.empty) return <>{props.empty}</>;

  const chosen = rows?.filter((row) => selected?.has(props.rowKey(row))).length ?? 0;
  return (
    <div className={styles.frame} aria-busy={props.stale || !rows}>
      {/* Explicit roles: as cards, the rows are no longer laid out as a table. */}
      <table className={styles.table} role="table">
        <caption className="visually-hidden">{props.caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {onSelect && (
              <th role="columnheader" scope="col" className={styles.select}>
                <Checkbox
                  hidden
                  label={t("table.selectPage")}
                  checked={
                    chosen > 0 && chosen === rows?.length ? true : chosen > 0 ? "mixed" : false
                  }
                  onChange={(on) => rows && onSelect(rows, on)}
                />
              </th>
            )}
            {columns.map((column) => (
              <Header key={column.id} column={column} sort={props.sort} onSort={props.onSort} />
            ))}
          </tr>
        </thead>
        <tbody ref={body} role="rowgroup" className={props.stale ? styles.stale : undefined}>
          {rows
            ? rows.map((row) => {
                const key = props.rowKey(row);
                return (
                  <tr
                    key={key}
                    role="row"
                    className={props.onOpen ? styles.opens : undefined}
                    data-selected={selected?.has(key) || undefined}
                    data-current={props.current === key || undefined}
                    onClick={(event) => {
                      const target = event.target as Element;
                      // What a menu or a dialog of this row was asked bubbles here too.
                      if (!event.currentTarget.contains(target)) return;
                      if (target.closest("a, button, input, label")) return;
                      if (window.getSelection()?.toString()) return;
                      props.onOpen?.(row);
                    }}
                  >
                    {onSelect && (
                      <td role="cell" className={styles.select}>
                        <Checkbox
                          hidden
                          label={t("table.selectRow", {
                            name: props.rowName?.(row) ?? String(key),
                          })}
                          checked={selected?.has(key) ?? false}
                          onChange={(on) => onSelect([row], on)}
                        />
                      </td>
                    )}
                    {columns.map((column) => (
                      <td
                        key={column.id}
                        role="cell"
                        data-card={column.card ?? "none"}
                        data-from={column.from}
                        data-align={column.align}
                        data-title={column.named ? column.title : undefined}
                      >
                        {column.cell(row)}
                      </td>
                    ))}
                  </tr>
                );
              })
            : Array.from({ length: props.skeleton ?? 8 }, (_, index) => (
                <tr key={index} role="row">
                  {onSelect && <td role="cell" className={styles.select} />}
                  {columns.map((column, at) => (
                    <td
                      key={column.id}
                      role="cell"
                      data-card={column.card ?? "none"}
                      data-from={column.from}
                    >
                      <Skeleton width={at === 0 ? `${75 - ((index * 23) % 40)}%` : "60%"} />
                    </td>
                  ))}
                </tr>
              ))}
        </tbody>
      </table>
    </div>
  );
}

function Header<Row>(props: {
  column: Column<Row>;
  sort: string | undefined;
  onSort: ((sort: string) => void) | undefined;
}) {
  const { column, sort, onSort } = props;
  const down = sort === `-${column.sort}`;
  const sorted = column.sort !== undefined && (sort === column.sort || down);
  const Arrow = down ? ArrowDown : ArrowUp;
  return (
    <th
      role="columnheader"
      scope="col"
      data-from={column.from}
      data-align={column.align}
      style={column.width ? { width: column.width } : undefined}
      aria-sort={sorted ? (down ? "descending" : "ascending") : undefined}
    >
      {column.sort && onSort ? (
        <button
          type="button"
          data-sorted={sorted || undefined}
          onClick={() => onSort(sorted && !down ? `-${column.sort}` : (column.sort ?? ""))}
        >
          {column.title}
          <Arrow aria-hidden />
        </button>
      ) : (
        column.title
      )}
    </th>
  );
}
