import { useState } from "react";

/** What a form shows, and what of it is not what the server has. Lists are edited as text. */
export function useDraft<T extends object>(stored: T) {
  const [draft, setDraft] = useState(stored);
  const set =
    <Name extends keyof T>(name: Name) =>
    (value: T[Name]) =>
      setDraft((before) => ({ ...before, [name]: value }));
  const changed = (Object.keys(stored) as (keyof T)[]).filter(
    (name) => draft[name] !== stored[name],
  );
  return { draft, set, changed, reset: () => setDraft(stored) };
}

/** One per line, or separated by commas. */
export function itemsOf(text: string) {
  return [...new Set(text.split(/[\s,;]+/).filter(Boolean))];
}

/** A whole number within its bounds, or nothing. */
export function wholeNumber(text: string, least: number, most: number) {
  const number = /^\d{1,9}$/.test(text.trim()) ? Number(text) : NaN;
  return number >= least && number <= most ? number : undefined;
}
