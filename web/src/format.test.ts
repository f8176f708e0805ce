import { describe, expect, it } from "vitest";

import {
  colons,
  daysUntil,
  formatDuration,
  formatKey,
  formatRelative,
  formatUtc,
  shorten,
} from "./format";

const now = Date.parse("2026-03-01T12:00:00Z");

describe("formatRelative", () => {
  it.each([
    ["2026-03-13T12:00:00Z", "in 12 days"],
    ["2026-03-01T09:00:00Z", "3 hours ago"],
    ["2026-02-28T11:00:00Z", "yesterday"],
    ["2026-03-01T12:00:20Z", "now"],
    ["2046-02-24T12:00:00Z", "in 20 years"],
  ])("says %s as %s", (when, text) => {
    expect(formatRelative(when, now, "en")).toBe(text);
  });

  it("shows a dash for a moment that is not there", () => {
    expect(formatRelative(undefined, now, "en")).toBe("–");
    expect(formatRelative("rubbish", now, "en")).toBe("–");
  });
});

describe("identifiers", () => {
  it("keep their start and end when shortened", () => {
    expect(shorten("4f9a01c2d3e4f5a6b7c8d9e0")).toBe("4f9a01c2…c8d9e0");
    expect(shorten("4f9a01")).toBe("4f9a01");
  });
  it("are grouped as OpenSSL prints them", () => {
    expect(colons("ab01ff")).toBe("AB:01:FF");
    expect(colons("AB:01:FF")).toBe("AB:01:FF");
    expect(colons(undefined)).toBe("");
  });
});

describe("other formats", () => {
  it("name curves as people do", () => {
    expect(formatKey("EC secp384r1")).toBe("EC P-384");
    expect(formatKey("EC P-256")).toBe("EC P-256");
    expect(formatKey("RSA 2048")).toBe("RSA 2048");
  });
  it("count whole days, and negative ones after the end", () => {
    expect(daysUntil("2026-03-03T11:00:00Z", now)).toBe(1);
    expect(daysUntil("2026-02-27T12:00:00Z", now)).toBe(-2);
  });
  it("write UTC in full", () => {
    expect(formatUtc("2026-03-01T12:00:00Z")).toBe("2026-03-01 12:00:00 UTC");
  });
  it("choose the unit of a duration", () => {
    expect(formatDuration(90, "en")).toBe("1 minute");
    expect(formatDuration(10_800, "en")).toBe("3 hours");
    expect(formatDuration(864_000, "en")).toBe("10 days");
  });
});
