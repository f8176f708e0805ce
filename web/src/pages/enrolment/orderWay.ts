import type { Data } from "../../api";

export type OrderTrace = Data<"get", "/acme/orders/{order_id}">;

export const orderSteps = ["order", "proof", "request", "issued"] as const;
export type StepState = "done" | "failed" | "now" | "later";

interface Way {
  status: string;
  authorizations: readonly { status: string }[];
}

/** How far an order came (RFC 8555, 7.1.6), and the step at which it failed. */
export function orderWay(order: Way): StepState[] {
  switch (order.status) {
    case "valid":
      return ["done", "done", "done", "done"];
    case "processing":
      return ["done", "done", "done", "now"];
    case "ready":
      return ["done", "done", "now", "later"];
    case "invalid": {
      const proved = order.authorizations.every(({ status }) => status === "valid");
      return proved ? ["done", "done", "done", "failed"] : ["done", "failed", "later", "later"];
    }
    default:
      return ["done", "now", "later", "later"];
  }
}

/** Something will still happen to an order in this state. */
export function isUnderWay(status: string | undefined) {
  return status === "pending" || status === "ready" || status === "processing";
}
