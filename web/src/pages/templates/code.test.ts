import { describe, expect, it } from "vitest";

import type { Template } from "../../api";
import { formOfRules, mergedRules, printRules, readRules, rulesOfTemplate } from "./code";

const template = {
  id: 7,
  version: 3,
  name: "Web",
  description: "",
  template_type: "custom",
  key_type: "EC-P256",
  allowed_key_types: [],
  validity_days: 30,
  max_validity_days: 90,
  digest: "sha256",
  key_usage: ["digitalSignature"],
  extended_key_usage: ["serverAuth"],
  dn_template: { organization: "Example", locality: "Bern", country: null },
  pinned_subject_fields: { organization: null },
  extensions_template: {
    key_usage: ["digitalSignature"],
    extended_key_usage: ["serverAuth"],
    san_types: ["dns"],
    san_required: true,
    must_staple: "allowed",
    policies: [{ oid: "2.23.140.1.2.1", cps: "" }],
  },
  baseline_requirements: false,
} as unknown as Template;

describe("a template as text", () => {
  it("has what may be changed, and nothing that is not said", () => {
    const rules = rulesOfTemplate(template);
    expect(rules).not.toHaveProperty("id");
    expect(rules).not.toHaveProperty("version");
    expect(rules.dn_template).toEqual({ organization: "Example", locality: "Bern" });
  });
  it("and its form are the same object", () => {
    const rules = rulesOfTemplate(template);
    expect(mergedRules(formOfRules(rules), rules)).toEqual(rules);
  });
  it("keeps what the form does not show", () => {
    const form = { ...formOfRules(rulesOfTemplate(template)), days: "", organization: "" };
    const rules = mergedRules(form, rulesOfTemplate(template));
    expect(rules).not.toHaveProperty("validity_days");
    expect(rules.dn_template).toEqual({ locality: "Bern" });
    expect(rules.extensions_template).toMatchObject({
      policies: [{ oid: "2.23.140.1.2.1", cps: "" }],
    });
  });
  it("says why it cannot be read", () => {
    expect(readRules(printRules({ name: "Web" }))).toEqual({ rules: { name: "Web" } });
    expect(readRules("{")).toHaveProperty("error");
    expect(readRules("[]")).toHaveProperty("error");
  });
});
