import { queryOptions } from "@tanstack/react-query";

import { api, type Data } from "../../../api";

export type Webhook = Data<"get", "/webhooks">[number];
export type Delivery = Data<"get", "/webhooks/{webhook_id}/deliveries">[number];

// A delivery tells nobody that it arrived: the list asks.
export const webhooksQuery = queryOptions({
  queryKey: ["settings", "webhooks"],
  queryFn: () => api.get("/webhooks"),
  refetchInterval: 15_000,
});

export const eventsQuery = queryOptions({
  queryKey: ["settings", "webhook-events"],
  queryFn: () => api.get("/webhooks/events"),
  staleTime: Infinity,
});
