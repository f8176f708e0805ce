import { describe, expect, it } from "vitest";

import { backoff } from "./backoff";
import { topicsOf } from "./topics";

describe("reconnecting", () => {
  it("waits longer each time, and never more than half a minute", () => {
    expect(backoff(0, 1)).toBe(1_000);
    expect(backoff(3, 1)).toBe(8_000);
    expect(backoff(30, 1)).toBe(30_000);
    expect(backoff(0, 0)).toBe(500);
  });
});

describe("topics", () => {
  it("refresh what a change may have altered", () => {
    expect(topicsOf("certificate")).toContain("crl");
    expect(topicsOf("acme_order")).toContain("acme");
    expect(topicsOf("something new")).toContain("audit");
  });
  it("leave the list of certificates where it is", () => {
    expect(topicsOf("certificate")).not.toContain("certificates");
  });
});
