import { expect, it } from "vitest";

import { covers } from "./permissions";

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
