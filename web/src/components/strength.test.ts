import { expect, it } from "vitest";

import { strength } from "./strength";

it.each([
  ["", "weak", false],
  ["password1234", "weak", false],
  ["aaaaaaaaaaaaaaaa", "weak", false],
  ["abcdefghijklmnop", "weak", false],
  ["kT9#wq", "weak", false],
  ["correct horse battery staple", "strong", true],
  ["v7Qm-2xLp-9Rk", "good", true],
])("grades %j as %s", (password, grade, ok) => {
  expect(strength(password)).toEqual({ grade, ok });
});
