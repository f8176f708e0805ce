/** Whether a list of granted permissions ("*", "write:certificates", "read:*") covers a wanted one. */
export function covers(granted: readonly string[], wanted: string) {
  const [verb] = wanted.split(":");
  return granted.some(
    (permission) => permission === "*" || permission === wanted || permission === `${verb}:*`,
  );
}
