import { useCallback, useEffect, useRef } from "react";

/** Runs the action at most once per interval, and always once after the last call. */
export function useThrottled(action: () => void, interval: number) {
  const latest = useRef(action);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const last = useRef(0);
  useEffect(() => {
    latest.current = action;
  });
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
  return useCallback(() => {
    timer.current ??= setTimeout(
      () => {
        timer.current = undefined;
        last.current = Date.now();
        latest.current();
      },
      Math.max(0, last.current + interval - Date.now()),
    );
  }, [interval]);
}
