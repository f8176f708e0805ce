export const templateKinds = ["own", "builtin", "off"] as const;

export interface TemplateSearch {
  q?: string;
  show?: (typeof templateKinds)[number];
}

/** From the address; anything unknown is dropped. */
export function readTemplateSearch(raw: Record<string, unknown>): TemplateSearch {
  const q = typeof raw.q === "string" || typeof raw.q === "number" ? String(raw.q).trim() : "";
  const show = templateKinds.find((one) => one === raw.show);
  return { ...(q ? { q } : {}), ...(show ? { show } : {}) };
}

interface Listed {
  name: string;
  description: string;
  is_system: boolean;
  is_active: boolean;
}

export function matches(template: Listed, search: TemplateSearch) {
  const text = `${template.name} ${template.description}`.toLowerCase();
  return (
    (search.q ?? "")
      .toLowerCase()
      .split(/\s+/)
      .every((word) => text.includes(word)) &&
    (search.show === undefined ||
      (search.show === "own" && !template.is_system) ||
      (search.show === "builtin" && template.is_system) ||
      (search.show === "off" && !template.is_active))
  );
}
