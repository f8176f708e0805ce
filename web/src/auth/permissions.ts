/** Whether a list of granted permissions ("*", "write:certificates", "read:*") covers a wanted one. */
export function covers(granted: readonly string[], wanted: string) {
  const [verb] = wanted.split(":");
  return granted.some(
    (permission) => permission === "*" || permission === wanted || permission === `${verb}:*`,
  );
}

const withinRestriction = [
  "read:certificates",
  "write:certificates",
  "delete:certificates",
  "read:private_keys",
  "read:cas",
  "read:templates",
];

/**
 * What is left to whoever is restricted to some authorities or templates: they use these, and manage
 * nothing. All else is refused, whatever the role says.
 */
export function isWithinRestriction(wanted: string) {
  return withinRestriction.includes(wanted);
}
