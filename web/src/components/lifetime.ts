const day = 86_400_000;

export interface Lifetime {
  /** Share of the lifetime that has passed, 0 to 1. */
  passed: number;
  /** Where the renewal window opens, 0 to 1. */
  window: number;
  opens: Date;
  daysLeft: number;
  days: number;
}

/**
 * A certificate is renewed in the last third of its life, as ACME clients do; for long-lived ones the
 * window is a month, for authorities a year.
 */
export function lifetime(from: string, to: string, longest = 30, now = Date.now()): Lifetime {
  const start = Date.parse(from);
  const end = Date.parse(to);
  const whole = Math.max(end - start, 1);
  const window = Math.min(whole / 3, longest * day);
  return {
    passed: Math.min(1, Math.max(0, (now - start) / whole)),
    window: 1 - window / whole,
    opens: new Date(end - window),
    daysLeft: Math.floor((end - now) / day),
    days: Math.round(whole / day),
  };
}
