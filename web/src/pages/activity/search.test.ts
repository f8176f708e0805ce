import { expect, it } from "vitest";

import { readActivitySearch, toAuditQuery } from "./search";

it("reads the address and drops what it does not know", () => {
  expect(
    readActivitySearch({
      q: "web",
      result: "failed",
      from: "2026-01-02",
      to: "soon",
      page: "3",
      x: "y",
    }),
  ).toEqual({
    q: "web",
    result: "failed",
    from: "2026-01-02",
    page: 3,
  });
});

it("asks for failures only when told so", () => {
  expect(toAuditQuery({}, 50).success).toBeUndefined();
  expect(toAuditQuery({ result: "failed" }, 50).success).toBe(false);
  expect(toAuditQuery({ result: "done" }, 50).success).toBe(true);
});
