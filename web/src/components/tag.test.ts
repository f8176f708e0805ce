import { describe, expect, it } from "vitest";

import { readTag } from "./tag";

describe("a tag", () => {
  it("is kept in lower case", () => {
    expect(readTag("  Web Shop ")).toBe("web shop");
    expect(readTag("team:ops/edge@eu-1.v2")).toBe("team:ops/edge@eu-1.v2");
  });
  it("begins and ends with a letter or digit, and is not long", () => {
    for (const text of ["", " ", "-web", "web.", "a,b", "a<b", "grün", "a".repeat(65)])
      expect(readTag(text), text).toBeUndefined();
    expect(readTag("a".repeat(64))).toHaveLength(64);
  });
});
