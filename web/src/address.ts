// Addresses people can read and write: ?status=valid,expiring&page=2

export function parseAddress(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

export function printAddress(search: Record<string, unknown>) {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(search)) {
    if (value === undefined || value === null || value === "") continue;
    const text = Array.isArray(value) ? value.join(",") : String(value as string | number);
    // Commas, slashes and colons are allowed in a query, and read better unescaped.
    parts.push(
      `${name}=${encodeURIComponent(text).replace(/%(2C|2F|3A)/g, (code) => decodeURIComponent(code))}`,
    );
  }
  return parts.length > 0 ? `?${parts.join("&")}` : "";
}

/** Where to go after sign-in: only ever a place of our own. */
export function safeNext(next: string | undefined) {
  return next && /^\/(?![/\\])/.test(next) && !next.startsWith("/login") ? next : "/";
}
