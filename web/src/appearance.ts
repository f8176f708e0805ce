import { useSyncExternalStore } from "react";

export type Theme = "auto" | "light" | "dark";
export type Density = "comfortable" | "compact";
interface Appearance {
  theme: Theme;
  density: Density;
}

const key = "certwright.appearance";
const listeners = new Set<() => void>();
let current = read();

function read(): Appearance {
  const fallback: Appearance = { theme: "auto", density: "comfortable" };
  try {
    return {
      ...fallback,
      ...(JSON.parse(localStorage.getItem(key) ?? "{}") as Partial<Appearance>),
    };
  } catch {
    return fallback;
  }
}

export function setAppearance(change: Partial<Appearance>) {
  current = { ...current, ...change };
  const { dataset } = document.documentElement;
  if (current.theme === "auto") delete dataset.theme;
  else dataset.theme = current.theme;
  if (current.density === "compact") dataset.density = "compact";
  else delete dataset.density;
  try {
    localStorage.setItem(key, JSON.stringify(current));
  } catch {
    // The choice then lasts as long as the page.
  }
  listeners.forEach((listener) => listener());
}

export function useAppearance() {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
