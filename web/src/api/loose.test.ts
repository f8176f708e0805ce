import { expect, it } from "vitest";

import { asStrings, contactText, detailLines, identifierValues, problemText } from "./loose";

it("takes what is there, and nothing from what is not", () => {
  expect(asStrings(["mailto:a@example", 7])).toEqual(["mailto:a@example"]);
  expect(asStrings(null)).toEqual([]);
  expect(contactText(["mailto:a@example", "b@example"])).toBe("a@example, b@example");
  expect(identifierValues([{ type: "dns", value: "a.example" }, { type: "dns" }, null])).toEqual([
    "a.example",
  ]);
  expect(identifierValues("rubbish")).toEqual([]);
});

it("says what a problem says", () => {
  expect(problemText({ type: "urn:x", detail: "refused" })).toBe("refused");
  expect(problemText({ type: "urn:x" })).toBe("urn:x");
  expect(problemText(null)).toBeUndefined();
});

it("lays details out in lines", () => {
  expect(detailLines({ serial: "0a", names: ["a"], none: null })).toEqual([
    "serial: 0a",
    'names: ["a"]',
  ]);
  expect(detailLines('{"reason":"superseded"}')).toEqual(["reason: superseded"]);
  expect(detailLines("plain words")).toEqual(["plain words"]);
  expect(detailLines(undefined)).toEqual([]);
});
