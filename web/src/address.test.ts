import { describe, expect, it } from "vitest";

import { parseAddress, printAddress, safeNext } from "./address";

describe("addresses", () => {
  it("are readable", () => {
    expect(
      printAddress({ status: ["valid", "expired"], page: 2, q: "a b&c", none: undefined }),
    ).toBe("?status=valid,expired&page=2&q=a%20b%26c");
    expect(printAddress({})).toBe("");
  });
  it("come back as they went", () => {
    const text = printAddress({ q: "ü *.example+1", next: "/certificates?status=valid" });
    expect(parseAddress(text)).toEqual({ q: "ü *.example+1", next: "/certificates?status=valid" });
  });
});

describe("the place after sign-in", () => {
  it.each([
    ["/certificates?status=valid", "/certificates?status=valid"],
    ["https://elsewhere.example/", "/"],
    ["//elsewhere.example/", "/"],
    ["/\\elsewhere.example/", "/"],
    ["/login?next=/login", "/"],
    [undefined, "/"],
  ])("of %s is %s", (next, place) => {
    expect(safeNext(next)).toBe(place);
  });
});
