import { createContext, use } from "react";

export type Overlay = "palette" | "help" | "issue" | "import";

/** Things that any page may open. */
export const ShellContext = createContext<{ open: (overlay: Overlay) => void }>({
  open: () => undefined,
});

export function useShell() {
  return use(ShellContext);
}
