/** Milliseconds before attempt n (from 0): doubling up to half a minute, spread so that clients do not return at once. */
export function backoff(attempt: number, random = Math.random()) {
  return Math.min(30_000, 1_000 * 2 ** attempt) * (0.5 + random / 2);
}
