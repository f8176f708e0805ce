import type { Authority } from "../../api";

export interface TreeRow {
  authority: Authority;
  depth: number;
  /** For each level above, whether a line runs on past this row. */
  lines: boolean[];
  last: boolean;
}

/** Roots first, each followed by what it signed; an authority whose parent is unknown is a root. */
export function treeRows(authorities: Authority[]): TreeRow[] {
  const known = new Set(authorities.map(({ id }) => id));
  const rows: TreeRow[] = [];
  const seen = new Set<number>();
  const add = (siblings: Authority[], depth: number, lines: boolean[]) => {
    siblings.forEach((authority, index) => {
      if (seen.has(authority.id)) return;
      seen.add(authority.id);
      const last = index === siblings.length - 1;
      rows.push({ authority, depth, lines, last });
      add(
        authorities.filter(({ parent_id }) => parent_id === authority.id),
        depth + 1,
        depth === 0 ? [] : [...lines, !last],
      );
    });
  };
  add(
    authorities.filter(
      ({ parent_id }) => parent_id === undefined || parent_id === null || !known.has(parent_id),
    ),
    0,
    [],
  );
  return rows;
}

/** The authority and all that stand under it. */
export function withThoseBelow<A extends Pick<Authority, "id" | "parent_id">>(all: A[], top: A) {
  const found = [top];
  for (const one of found)
    found.push(...all.filter((ca) => ca.parent_id === one.id && !found.includes(ca)));
  return found;
}

/** The nearest authority above that is revoked: what is under it falls with it. */
export function revokedAbove(all: Authority[], authority: Authority) {
  const passed = new Set<number>();
  let above: Authority | undefined = authority;
  while (above && !passed.has(above.id)) {
    passed.add(above.id);
    const { parent_id } = above as Authority;
    above = all.find(({ id }) => id === parent_id);
    if (above?.revoked) return above;
  }
  return undefined;
}
