import { describe, expect, it } from "vitest";

import { changesOf } from "./versions";

describe("what changed between two versions", () => {
  it("is said field by field", () => {
    expect(
      changesOf(
        { name: "a", max_validity_days: 90, subject: { country: "CH" }, key_usage: ["x"] },
        { name: "a", max_validity_days: 47, subject: { country: null }, key_usage: ["x", "y"] },
      ),
    ).toEqual([
      { field: "max_validity_days", before: "90", after: "47" },
      { field: "subject.country", before: "CH", after: undefined },
      { field: "key_usage", before: "x", after: "x, y" },
    ]);
  });
  it("is nothing for the same", () => {
    expect(changesOf({ a: [] }, { a: null })).toEqual([]);
  });
});
