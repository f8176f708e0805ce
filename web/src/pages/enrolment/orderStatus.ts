export const orderStatuses = ["pending", "ready", "processing", "valid", "invalid"] as const;
export type OrderStatus = (typeof orderStatuses)[number];

export function isOrderStatus(value: unknown): value is OrderStatus {
  return orderStatuses.some((one) => one === value);
}
