import { describe, expect, it } from "vitest";

import type { Authority } from "../../api";
import { graphOf, type Further } from "./graph";

const ca = (id: number, parent_id?: number) =>
  ({ id, parent_id, name: `CA ${id}` }) as unknown as Authority;
const cross = (ca_id: number, issuer_id: number | undefined, issuer = "CN=Other, O=Far") =>
  ({ kind: "cross", ca_id, issuer_id, issuer }) as unknown as Further;

describe("the graph of authorities", () => {
  it("stands each below its signer, in the middle of what it signed", () => {
    const { nodes, edges, columns, rows } = graphOf([ca(1), ca(2, 1), ca(3, 1), ca(4)], []);
    expect(nodes.map(({ key, column, row }) => [key, column, row])).toEqual([
      ["1", 0, 0.5],
      ["2", 1, 0],
      ["3", 1, 1],
      ["4", 0, 2],
    ]);
    expect(edges.map(({ from, to }) => `${from.key}>${to.key}`)).toEqual(["1>2", "1>3"]);
    expect([columns, rows]).toEqual([2, 3]);
  });
  it("shows who cross-signed, also somebody who is not here", () => {
    const { nodes, edges } = graphOf([ca(1), ca(2)], [cross(1, 2), cross(1, undefined)]);
    expect(edges.filter((edge) => edge.cross).map(({ from }) => from.name)).toEqual([
      "CA 2",
      "Other",
    ]);
    expect(nodes.find(({ key }) => key === "1")?.crossSignedBy).toEqual(["CA 2", "Other"]);
  });
  it("ends where authorities sign each other", () => {
    expect(graphOf([ca(1, 2), ca(2, 1)], []).nodes).toHaveLength(2);
  });
});
