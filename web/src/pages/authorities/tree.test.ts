import { expect, it } from "vitest";

import type { Authority } from "../../api";
import { treeRows } from "./tree";

const authority = (id: number, parent_id?: number) => ({ id, parent_id }) as Authority;

it("puts what was signed under its signer", () => {
  const rows = treeRows([
    authority(3, 1),
    authority(1),
    authority(2, 1),
    authority(4, 3),
    authority(9),
  ]);
  expect(rows.map(({ authority: { id }, depth, last }) => [id, depth, last])).toEqual([
    [1, 0, false],
    [3, 1, false],
    [4, 2, true],
    [2, 1, true],
    [9, 0, true],
  ]);
});

it("shows an authority whose parent is unknown as a root", () => {
  expect(treeRows([authority(5, 77)])).toHaveLength(1);
});

it("survives a parent that is its own child", () => {
  expect(treeRows([authority(1), authority(2, 2)])).toHaveLength(1);
});
