import { expect, it } from "vitest";

import { isEmail, isEmailOrEmpty } from "./email";

it.each([
  ["alice@example.com", true],
  [" alice@localhost ", true],
  ["alice", false],
  ["alice@", false],
  ["@example.com", false],
  ["a b@example.com", false],
  ["a@b@example.com", false],
  ["", false],
])("%j is an e-mail address: %s", (text, is) => {
  expect(isEmail(text)).toBe(is);
});

it("a field may stay empty", () => {
  expect(isEmailOrEmpty(" ")).toBe(true);
  expect(isEmailOrEmpty("alice")).toBe(false);
});
