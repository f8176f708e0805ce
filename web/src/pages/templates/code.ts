import type { Body, Template } from "../../api";
import { emptyForm, formOf, rulesOf, type TemplateForm } from "./form";

// A template as text: the same object as its form, with all that the form does not show.

type Rules = Body<"post", "/templates">;
type Fields = Record<string, unknown>;

const editable = [
  "name",
  "description",
  "template_type",
  "key_type",
  "allowed_key_types",
  "validity_days",
  "max_validity_days",
  "digest",
  "dn_template",
  "pinned_subject_fields",
  "extensions_template",
  "baseline_requirements",
] as const;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Without what is not said: null is how the API writes that. */
function said(value: unknown): unknown {
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== null && one !== undefined)
      .map(([name, one]) => [name, said(one)]),
  );
}

/** All that may be changed of a template. */
export function rulesOfTemplate(template: Template): Rules {
  return Object.fromEntries(
    editable.flatMap((name) => {
      const value = said(template[name]);
      return value === null || value === undefined ? [] : [[name, value]];
    }),
  ) as Rules;
}

/** What the form says goes over what was there; the rest stays. */
export function mergedRules(form: TemplateForm, before: Rules | undefined): Rules {
  const rules = rulesOf(form);
  if (!before) return rules;
  const inside = (name: "dn_template" | "extensions_template") =>
    isFields(before[name]) ? before[name] : {};
  const kept = Object.fromEntries(
    Object.entries(inside("dn_template")).filter(
      ([name]) => name !== "organization" && name !== "country",
    ),
  );
  const { validity_days: _, ...rest } = before;
  return {
    ...rest,
    ...rules,
    dn_template: { ...kept, ...rules.dn_template },
    extensions_template: { ...inside("extensions_template"), ...rules.extensions_template },
  };
}

export const printRules = (rules: Rules) => JSON.stringify(rules, null, 2);

/** The text as rules; a word of why when it is none. */
export function readRules(text: string): { rules: Rules } | { error: string } {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? { rules: value as Rules } : { error: "{ … }" };
  } catch (error) {
    return { error: error instanceof Error ? error.message : "" };
  }
}

/** The form that shows these rules. */
export function formOfRules(rules: Rules): TemplateForm {
  const blank = emptyForm();
  const extensions: Fields = isFields(rules.extensions_template) ? rules.extensions_template : {};
  const shown = {
    name: "",
    description: "",
    template_type: blank.type,
    key_type: blank.keyType,
    max_validity_days: Number(blank.mostDays),
    baseline_requirements: false,
    ...(said(rules) as Fields),
    key_usage: rules.key_usage ?? extensions.key_usage ?? [],
    extended_key_usage: rules.extended_key_usage ?? extensions.extended_key_usage ?? [],
    dn_template: isFields(rules.dn_template) ? rules.dn_template : {},
    extensions_template: {
      san_types: [],
      san_required: false,
      must_staple: blank.staple,
      ...extensions,
    },
  };
  return formOf(shown as unknown as Template);
}
