import { expect, it } from "vitest";

import { grantable, gridRows } from "./rights";

it("puts permissions into rows, the familiar ones first", () => {
  const rows = gridRows(["read:users", "write:certificates", "read:certificates", "*", "read:*"]);
  expect(rows.map(({ resource }) => resource)).toEqual(["certificates", "users"]);
  expect([...(rows[0]?.verbs ?? [])].sort()).toEqual(["read", "write"]);
});

it("leaves out what administers", () => {
  expect(grantable(["*", "admin:system", "read:users"])).toEqual(["read:users"]);
});
