import { expect, it } from "vitest";

import type { Authority } from "../../api";
import { revokedAbove, treeRows, withThoseBelow } from "./tree";

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

it("counts what falls with an authority, and nothing twice", () => {
  const all = [authority(1), authority(2, 1), authority(3, 2), authority(4), authority(5, 5)];
  expect(withThoseBelow(all, authority(1)).map(({ id }) => id)).toEqual([1, 2, 3]);
  expect(withThoseBelow(all, authority(4))).toHaveLength(1);
});

it("finds the revoked one above, however far up", () => {
  const revoked = { ...authority(2, 1), revoked: true };
  const all = [authority(1), revoked, authority(3, 2), authority(4, 3), authority(5, 5)];
  expect(revokedAbove(all, authority(4, 3))).toBe(revoked);
  expect(revokedAbove(all, revoked)).toBeUndefined();
  expect(revokedAbove(all, authority(5, 5))).toBeUndefined();
});
