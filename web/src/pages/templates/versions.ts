// What changed from one version of a template to another.

export interface Change {
  field: string;
  before: string | undefined;
  after: string | undefined;
}

function flatten(value: unknown, path: string, into: Map<string, string>) {
  if (value === null || value === undefined) return;
  if (typeof value === "object" && !Array.isArray(value)) {
    for (const [name, one] of Object.entries(value))
      flatten(one, path ? `${path}.${name}` : name, into);
  } else if (Array.isArray(value)) {
    const texts = value.map((one: unknown) =>
      typeof one === "string" ? one : JSON.stringify(one),
    );
    if (texts.length > 0) into.set(path, texts.join(", "));
  } else {
    into.set(path, typeof value === "string" ? value : JSON.stringify(value));
  }
}

/** Field by field, in the order of the rules. */
export function changesOf(before: unknown, after: unknown): Change[] {
  const [old, now] = [new Map<string, string>(), new Map<string, string>()];
  flatten(before, "", old);
  flatten(after, "", now);
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((field) => ({ field, before: old.get(field), after: now.get(field) }))
    .filter((change) => change.before !== change.after);
}
