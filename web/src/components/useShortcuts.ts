import { useEffect, useEffectEvent } from "react";

/** Single keys that work anywhere but in fields, menus and dialogs. */
export function useShortcuts(shortcuts: Record<string, (event: KeyboardEvent) => void>) {
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target instanceof Element ? event.target : null;
    if (
      target?.closest(
        "input:not([type=checkbox]), textarea, select, [contenteditable], [role=menu], dialog",
      )
    )
      return;
    if (document.querySelector("dialog[open]")) return;
    const run = shortcuts[event.key];
    if (!run) return;
    event.preventDefault();
    run(event);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => press(event);
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, []);
}
