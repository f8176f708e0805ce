export interface ToastEntry {
  id: number;
  text: string;
}

let next = 1;
const listeners = new Set<(entry: ToastEntry) => void>();

export function toast(text: string) {
  const entry = { id: next++, text };
  listeners.forEach((listener) => listener(entry));
}

export function subscribeToasts(listener: (entry: ToastEntry) => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
