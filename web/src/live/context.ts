import { createContext, use, useEffect, useEffectEvent } from "react";

export type LiveState = "connecting" | "live" | "reconnecting" | "asking";

export interface LiveEvent {
  id: number;
  action: string;
  type: string;
  object: number;
  at: string;
}

export const LiveContext = createContext<{
  state: LiveState;
  subscribe: (listener: (event: LiveEvent) => void) => () => void;
}>({ state: "connecting", subscribe: () => () => undefined });

export function useLiveState() {
  return use(LiveContext).state;
}

/** Calls the listener for every change on the server while the component is mounted. */
export function useLiveEvent(listener: (event: LiveEvent) => void) {
  const { subscribe } = use(LiveContext);
  const call = useEffectEvent(listener);
  useEffect(() => subscribe((event) => call(event)), [subscribe]);
}
