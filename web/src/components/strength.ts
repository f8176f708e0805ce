/** The server refuses shorter ones. */
export const shortest = 12;

export type Grade = "weak" | "fair" | "good" | "strong";

const common = /password|passwort|certwright|qwert|letmein|welcome|admin|geheim|changeme/gi;

/**
 * A rough measure in bits: length counts most; repeats, runs and well-known words count as little as
 * they are worth. The server has the last word.
 */
export function strength(password: string): { grade: Grade; ok: boolean } {
  const plain = password.replace(common, "•").replace(/(.)\1{2,}/g, "$1$1");
  const kinds =
    (/[a-z]/.test(plain) ? 26 : 0) +
    (/[A-Z]/.test(plain) ? 26 : 0) +
    (/\d/.test(plain) ? 10 : 0) +
    (/[^a-zA-Z\d]/.test(plain) ? 30 : 0);
  let runs = 0;
  for (let index = 1; index < plain.length; index++) {
    if (plain.charCodeAt(index) === plain.charCodeAt(index - 1) + 1) runs++;
  }
  const bits = Math.max(0, plain.length - runs) * Math.log2(Math.max(kinds, 2));
  const grade = bits < 45 ? "weak" : bits < 62 ? "fair" : bits < 85 ? "good" : "strong";
  return { grade, ok: password.length >= shortest && grade !== "weak" };
}
