import { expect, it } from "vitest";

import { orderWay } from "./orderWay";

it("says how far an order came", () => {
  expect(orderWay({ status: "pending", authorizations: [] })[1]).toBe("now");
  expect(orderWay({ status: "ready", authorizations: [] })).toEqual([
    "done",
    "done",
    "now",
    "later",
  ]);
  expect(orderWay({ status: "valid", authorizations: [] })).not.toContain("later");
});

it("says at which step it failed", () => {
  const bad = [{ status: "valid" }, { status: "invalid" }];
  expect(orderWay({ status: "invalid", authorizations: bad })[1]).toBe("failed");
  expect(orderWay({ status: "invalid", authorizations: [{ status: "valid" }] })[3]).toBe("failed");
});
