import { expect, it } from "vitest";

import { byDay, byService, lastThirty } from "./tally";

it("shows thirty days, with those on which nothing happened", () => {
  const now = Date.parse("2026-03-01T12:00:00Z");
  const days = lastThirty(
    [{ date: "2026-02-28", issued: 3, failed: 1 }],
    { issued: 0, failed: 0 },
    now,
  );
  expect(days).toHaveLength(30);
  expect(days[0]).toEqual({ date: "2026-01-31", issued: 0, failed: 0 });
  expect(days[28]).toEqual({ date: "2026-02-28", issued: 3, failed: 1 });
  expect(days[29]?.date).toBe("2026-03-01");
});

const row = (date: string, service: string, orders: number, issued: number, failed: number) => ({
  date,
  service,
  orders,
  certificates: issued,
  failures: failed,
});
const rows = [
  row("2026-03-01", "default", 2, 1, 1),
  row("2026-03-01", "lab", 5, 2, 1),
  row("2026-03-02", "default", 1, 1, 0),
];

it("sums the services of a day", () => {
  expect(byDay(rows)).toEqual([
    { date: "2026-03-01", issued: 3, failed: 2 },
    { date: "2026-03-02", issued: 1, failed: 0 },
  ]);
});

it("sums the days of a service, the busiest first", () => {
  expect(byService(rows)).toEqual([
    { service: "lab", issued: 2, open: 2, failed: 1 },
    { service: "default", issued: 2, open: 0, failed: 1 },
  ]);
});
