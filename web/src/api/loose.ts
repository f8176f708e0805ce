// Some fields are JSON of another protocol, passed on as it came; the description does not type them.

/** A list of strings, such as the contacts of an ACME account. */
export function asStrings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

/** The addresses of an ACME account, as people write them. */
export function contactText(contacts: unknown): string {
  return asStrings(contacts)
    .map((one) => one.replace(/^mailto:/, ""))
    .join(", ");
}

/** The values of ACME identifiers. */
export function identifierValues(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one: unknown) => {
    if (typeof one === "string") return [one];
    const name = (one as { value?: unknown } | null)?.value;
    return typeof name === "string" ? [name] : [];
  });
}

/** What a problem document says to people. */
export function problemText(value: unknown): string | undefined {
  if (typeof value === "string") return value || undefined;
  if (typeof value !== "object" || value === null) return undefined;
  const { detail, title, type } = value as Record<string, unknown>;
  return [detail, title, type].find(
    (text): text is string => typeof text === "string" && text !== "",
  );
}

/** Details of an act as "name: value" lines. */
export function detailLines(value: unknown): string[] {
  if (value === undefined || value === null || value === "") return [];
  if (typeof value === "string") {
    try {
      const parsed: unknown = JSON.parse(value);
      return typeof parsed === "object" ? detailLines(parsed) : [value];
    } catch {
      return [value];
    }
  }
  if (typeof value !== "object") return [JSON.stringify(value)];
  return Object.entries(value)
    .filter(([, one]) => one !== null && one !== "")
    .map(([name, one]) => `${name}: ${typeof one === "string" ? one : JSON.stringify(one)}`);
}

/** A text field of details that are an object, or JSON of one. */
export function fieldOf(details: unknown, name: string): string | undefined {
  let value = details;
  if (typeof value === "string") {
    try {
      value = JSON.parse(value) as unknown;
    } catch {
      return undefined;
    }
  }
  const field = (value as Record<string, unknown> | null | undefined)?.[name];
  return typeof field === "string" ? field : undefined;
}
