import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState, type ReactNode } from "react";

import { base } from "../api/client";
import { useRestricted } from "../auth/restricted";
import { backoff } from "./backoff";
import { LiveContext, type LiveEvent, type LiveState } from "./context";
import { topicsOf } from "./topics";

const pollEvery = 15_000;
// Bursts (a bulk revocation) refresh once, not once per certificate.
const settle = 250;

/**
 * Follows the server's changes by WebSocket; while that is down, asks again every 15 seconds, and so for
 * whoever is restricted: events name what happened anywhere, and the server keeps them back.
 */
export function LiveProvider(props: { children: ReactNode }) {
  const queries = useQueryClient();
  const restricted = useRestricted();
  const [state, setState] = useState<LiveState>("connecting");
  const listeners = useRef(new Set<(event: LiveEvent) => void>());

  useEffect(() => {
    let socket: WebSocket | undefined;
    let retry: ReturnType<typeof setTimeout> | undefined;
    let flush: ReturnType<typeof setTimeout> | undefined;
    let attempt = 0;
    let closed = false;
    const pending = new Set<string>();

    const refresh = (topics: string[]) => {
      topics.forEach((topic) => pending.add(topic));
      flush ??= setTimeout(() => {
        flush = undefined;
        for (const topic of pending) void queries.invalidateQueries({ queryKey: [topic] });
        pending.clear();
      }, settle);
    };

    const connect = () => {
      const scheme = window.location.protocol === "https:" ? "wss" : "ws";
      socket = new WebSocket(`${scheme}://${window.location.host}${base}/live`);
      socket.onopen = () => {
        // What happened while we were away is unknown, so everything in sight is asked again.
        if (attempt > 0) void queries.invalidateQueries({ type: "active" });
        attempt = 0;
        setState("live");
      };
      socket.onmessage = (message) => {
        const event = parse(message.data);
        if (!event) return;
        refresh(topicsOf(event.type));
        listeners.current.forEach((listener) => listener(event));
      };
      socket.onclose = () => {
        if (closed) return;
        setState("reconnecting");
        retry = setTimeout(connect, backoff(attempt++));
      };
    };
    if (!restricted) connect();

    const poll = setInterval(() => {
      if (socket?.readyState !== WebSocket.OPEN && !document.hidden) {
        void queries.invalidateQueries({ type: "active" });
      }
    }, pollEvery);

    return () => {
      closed = true;
      clearTimeout(retry);
      clearTimeout(flush);
      clearInterval(poll);
      socket?.close();
    };
  }, [queries, restricted]);

  const value = useMemo(
    () => ({
      state: restricted ? ("asking" as const) : state,
      subscribe: (listener: (event: LiveEvent) => void) => {
        listeners.current.add(listener);
        return () => {
          listeners.current.delete(listener);
        };
      },
    }),
    [state, restricted],
  );
  return <LiveContext value={value}>{props.children}</LiveContext>;
}

function parse(data: unknown): LiveEvent | undefined {
  try {
    const event = JSON.parse(String(data)) as Partial<LiveEvent>;
    return typeof event.type === "string" && typeof event.action === "string"
      ? (event as LiveEvent)
      : undefined;
  } catch {
    return undefined;
  }
}
