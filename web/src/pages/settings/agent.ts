/** A browser and system by name, out of a User-Agent header. */
export function describeAgent(agent: string): {
  name: string;
  kind: "phone" | "desktop" | "program";
} {
  const browser = /Edg\//.test(agent)
    ? "Edge"
    : /Firefox\//.test(agent)
      ? "Firefox"
      : /Chrom(e|ium)\//.test(agent)
        ? "Chrome"
        : /Safari\//.test(agent)
          ? "Safari"
          : undefined;
  const system = /iPhone|iPad/.test(agent)
    ? "iOS"
    : /Android/.test(agent)
      ? "Android"
      : /Windows/.test(agent)
        ? "Windows"
        : /Mac OS X/.test(agent)
          ? "macOS"
          : /Linux/.test(agent)
            ? "Linux"
            : undefined;
  if (!browser) return { name: agent.split(/[\s/]/)[0] || "–", kind: "program" };
  return {
    name: system ? `${browser}, ${system}` : browser,
    kind: system === "iOS" || system === "Android" ? "phone" : "desktop",
  };
}
