import { expect, it } from "vitest";

import { covers, isWithinRestriction } from "./permissions";

it("grants what is named, and everything to the star", () => {
  expect(covers(["*"], "delete:users")).toBe(true);
  expect(covers(["read:certificates"], "read:certificates")).toBe(true);
  expect(covers(["read:*"], "read:audit")).toBe(true);
});

it("grants nothing else", () => {
  expect(covers([], "read:certificates")).toBe(false);
  expect(covers(["read:certificates"], "write:certificates")).toBe(false);
  expect(covers(["read:*"], "write:certificates")).toBe(false);
});

it("leaves certificates to who is restricted, and nothing that concerns others as well", () => {
  expect(isWithinRestriction("write:certificates")).toBe(true);
  expect(isWithinRestriction("read:cas")).toBe(true);
  for (const other of ["write:cas", "read:crl", "read:acme", "read:audit", "admin:users", "*"])
    expect(isWithinRestriction(other)).toBe(false);
});
