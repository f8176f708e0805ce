import { describe, expect, it } from "vitest";

import { classifyName, looksLikeCsr, readDays, readNames } from "./issueForm";

describe("names", () => {
  it.each([
    ["www.example.org", "dns:www.example.org"],
    ["*.example.org", "dns:*.example.org"],
    ["localhost", "dns:localhost"],
    ["10.0.0.7", "ip:10.0.0.7"],
    ["2001:db8::7", "ip:2001:db8::7"],
    ["ops@example.org", "email:ops@example.org"],
    ["spiffe://cluster/ns/web", "uri:spiffe://cluster/ns/web"],
    ["300.1.2.3", undefined],
    ["-bad.example", undefined],
    ["a..b", undefined],
  ])("%s is %s", (name, san) => {
    expect(classifyName(name)).toBe(san);
  });

  it("may be pasted in any shape, each counts once", () => {
    expect(readNames("a.example, b.example\nb.example  300.1.1.1")).toEqual({
      names: ["a.example", "b.example", "300.1.1.1"],
      sans: ["dns:a.example", "dns:b.example"],
      wrong: ["300.1.1.1"],
    });
  });
});

describe("other fields", () => {
  it("take whole days only", () => {
    expect(readDays("90")).toBe(90);
    expect(readDays("0")).toBeUndefined();
    expect(readDays("1.5")).toBeUndefined();
    expect(readDays("")).toBeUndefined();
  });
  it("know a request when they see one", () => {
    expect(
      looksLikeCsr("-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----"),
    ).toBe(true);
    expect(looksLikeCsr("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----")).toBe(
      false,
    );
  });
});
