import { expect, it } from "vitest";

import { itemsOf, wholeNumber } from "./useDraft";

it("reads lists however they are separated, each item once", () => {
  expect(itemsOf(" 10.0.0.0/8\n192.0.2.1, 10.0.0.0/8;; ")).toEqual(["10.0.0.0/8", "192.0.2.1"]);
  expect(itemsOf("")).toEqual([]);
});

it("takes whole numbers within their bounds only", () => {
  expect(wholeNumber(" 25 ", 1, 65_535)).toBe(25);
  for (const wrong of ["", "0", "65536", "1.5", "-1", "1e3", "0x10"])
    expect(wholeNumber(wrong, 1, 65_535)).toBeUndefined();
});
