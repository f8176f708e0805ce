import { describe, expect, it } from "vitest";

import { lifetime } from "./lifetime";

const now = Date.parse("2026-03-01T00:00:00Z");

describe("lifetime", () => {
  it("opens the window in the last third of a short life", () => {
    const life = lifetime("2026-01-30T00:00:00Z", "2026-04-30T00:00:00Z", 30, now);
    expect(life.days).toBe(90);
    expect(life.daysLeft).toBe(60);
    expect(life.passed).toBeCloseTo(1 / 3);
    expect(life.window).toBeCloseTo(2 / 3);
    expect(life.opens.toISOString()).toBe("2026-03-31T00:00:00.000Z");
  });

  it("opens it a month before the end of a long one", () => {
    const life = lifetime("2025-12-01T00:00:00Z", "2026-12-01T00:00:00Z", 30, now);
    expect(life.opens.toISOString()).toBe("2026-11-01T00:00:00.000Z");
  });

  it("stays within its bounds before the start and after the end", () => {
    expect(lifetime("2027-01-01T00:00:00Z", "2027-02-01T00:00:00Z", 30, now).passed).toBe(0);
    const over = lifetime("2025-01-01T00:00:00Z", "2025-02-01T00:00:00Z", 30, now);
    expect(over.passed).toBe(1);
    expect(over.daysLeft).toBeLessThan(0);
  });
});
