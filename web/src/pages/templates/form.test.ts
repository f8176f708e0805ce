import { describe, expect, it } from "vitest";

import { emptyForm, formProblems, plainKeyType, rulesOf } from "./form";

describe("the form of a template", () => {
  it("finds what is wrong before the server is asked", () => {
    expect(formProblems({ ...emptyForm(), name: " " })).toMatchObject({ name: true });
    expect(formProblems({ ...emptyForm(), name: "a", days: "400" })).toMatchObject({ days: true });
    expect(formProblems({ ...emptyForm(), name: "a", country: "Switzerland" })).toMatchObject({
      country: true,
    });
    expect(formProblems({ ...emptyForm(), name: "a" })).toEqual({
      name: false,
      days: false,
      mostDays: false,
      country: false,
    });
  });

  it("sends the rules", () => {
    expect(rulesOf({ ...emptyForm(), name: " Web ", days: "", country: "ch" })).toMatchObject({
      name: "Web",
      max_validity_days: 398,
      dn_template: { country: "CH" },
      extensions_template: { extended_key_usage: ["serverAuth"], san_required: true },
    });
    expect(rulesOf({ ...emptyForm(), days: "" })).not.toHaveProperty("validity_days");
  });
});

it("writes keys as orders have them", () => {
  expect(plainKeyType("EC-P256")).toBe("EC P-256");
  expect(plainKeyType("RSA-3072")).toBe("RSA 3072");
  expect(plainKeyType("Ed25519")).toBe("Ed25519");
});
