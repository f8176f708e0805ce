import { expect, it } from "vitest";

import { clientTallies, lastThirty, proofTallies } from "./tally";

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

it("counts proofs by type and outcome, the most frequent type first", () => {
  const entry = (challenge: string, status: string) => ({
    details: JSON.stringify({ challenge, status }),
    user_agent: "",
  });
  expect(
    proofTallies([
      entry("dns-01", "valid"),
      entry("http-01", "valid"),
      entry("http-01", "pending"),
      entry("http-01", "invalid"),
      { details: "{}", user_agent: "" },
    ]),
  ).toEqual([
    { challenge: "http-01", valid: 1, retried: 1, invalid: 1 },
    { challenge: "dns-01", valid: 1, retried: 0, invalid: 0 },
  ]);
});

it("counts orders by client, whatever its version", () => {
  const by = (user_agent: string) => ({ details: "", user_agent });
  expect(
    clientTallies([by("CertbotACMEClient/2.1 (x)"), by("lego/4.9"), by("lego/4.8"), by("")]),
  ).toEqual([
    { client: "lego", orders: 2 },
    { client: "CertbotACMEClient", orders: 1 },
    { client: "", orders: 1 },
  ]);
});
