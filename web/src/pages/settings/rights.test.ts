import { expect, it } from "vitest";

import { grantable, gridRows, inEffect } from "./rights";

it("puts permissions into rows, the familiar ones first", () => {
  const rows = gridRows(["read:users", "write:certificates", "read:certificates", "*", "read:*"]);
  expect(rows.map(({ resource }) => resource)).toEqual(["certificates", "users"]);
  expect([...(rows[0]?.verbs ?? [])].sort()).toEqual(["read", "write"]);
});

it("leaves out what administers", () => {
  expect(grantable(["*", "admin:system", "read:users"])).toEqual(["read:users"]);
});

it("leaves to who is restricted what a restriction leaves", () => {
  const all = ["read:certificates", "write:certificates", "read:audit", "write:users"];
  const granted = ["read:*", "write:certificates"];
  expect(inEffect(all, granted, false)).toEqual(all.slice(0, 3));
  expect(inEffect(all, granted, true)).toEqual(all.slice(0, 2));
});
