import type { Authority, Data } from "../../api";

// Where the authorities stand when they are drawn, and who signed whom. Columns are levels.

export type Further = Data<"get", "/cas/{ca_id}/further-certificates">[number];

export interface GraphNode {
  key: string;
  /** Nothing for somebody who cross-signed and is not on this server. */
  authority: Authority | undefined;
  name: string;
  column: number;
  row: number;
  /** Who else certifies it. */
  crossSignedBy: string[];
}

export interface GraphEdge {
  from: GraphNode;
  to: GraphNode;
  cross: boolean;
}

export interface Graph {
  nodes: GraphNode[];
  edges: GraphEdge[];
  columns: number;
  rows: number;
}

/** A parent stands in the middle of what it signed; whoever cross-signs from outside, below all. */
export function graphOf(authorities: Authority[], further: Further[]): Graph {
  const nodes = new Map<number, GraphNode>();
  const edges: GraphEdge[] = [];
  let rows = 0;

  const place = (authority: Authority, column: number): GraphNode => {
    const node: GraphNode = {
      key: String(authority.id),
      authority,
      name: authority.name,
      column,
      row: 0,
      crossSignedBy: [],
    };
    nodes.set(authority.id, node);
    const children = authorities
      .filter(({ id, parent_id }) => parent_id === authority.id && !nodes.has(id))
      .map((child) => place(child, column + 1));
    const [first, last] = [children[0], children[children.length - 1]];
    node.row = first && last ? (first.row + last.row) / 2 : rows++;
    for (const child of children) edges.push({ from: node, to: child, cross: false });
    return node;
  };
  const known = new Set(authorities.map(({ id }) => id));
  for (const authority of authorities) {
    const { id, parent_id } = authority;
    if (parent_id === undefined || parent_id === null || !known.has(parent_id)) {
      if (!nodes.has(id)) place(authority, 0);
    }
  }
  // Those that sign each other in a circle have no root; each is shown all the same.
  for (const authority of authorities) if (!nodes.has(authority.id)) place(authority, 0);

  const strangers = new Map<string, GraphNode>();
  for (const { kind, ca_id, issuer_id, issuer } of further) {
    const to = nodes.get(ca_id);
    if (kind !== "cross" || !to) continue;
    let from = issuer_id === undefined || issuer_id === null ? undefined : nodes.get(issuer_id);
    from ??= strangers.get(issuer);
    if (!from) {
      from = {
        key: `stranger ${issuer}`,
        authority: undefined,
        name: commonName(issuer),
        column: 0,
        row: rows++,
        crossSignedBy: [],
      };
      strangers.set(issuer, from);
    }
    if (!to.crossSignedBy.includes(from.name)) {
      to.crossSignedBy.push(from.name);
      edges.push({ from, to, cross: true });
    }
  }
  const all = [...nodes.values(), ...strangers.values()];
  return {
    nodes: all,
    edges,
    columns: Math.max(0, ...all.map(({ column }) => column + 1)),
    rows,
  };
}

function commonName(subject: string) {
  return /(?:^|,\s*)CN=([^,]+)/.exec(subject)?.[1] ?? subject;
}
