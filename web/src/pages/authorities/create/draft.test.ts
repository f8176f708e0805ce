import { describe, expect, it } from "vitest";

import { bodyOf, emptyDraft, policiesOf, problemsOf, stepsOf, withKind } from "./draft";

const root = { ...emptyDraft("root"), name: "Example Root CA" };

describe("the draft of an authority", () => {
  it("sends only what was said", () => {
    expect(bodyOf(root)).toEqual({
      common_name: "Example Root CA",
      ca_type: "root",
      key_algorithm: "ECDSA",
      key_size: "P-384",
      validity_years: 20,
    });
  });
  it("takes lines apart", () => {
    const draft = {
      ...emptyDraft("intermediate"),
      name: "Sub",
      permitted: " DNS:.example.com \n\nIP:10.0.0.0/8",
      policies: "1.3.6.1.4.1.99999.1 https://example.com/cps\n2.5.29.32.0",
    };
    expect(bodyOf(draft, 7)).toMatchObject({
      parent_id: 7,
      path_length: 0,
      name_constraints_permitted: ["DNS:.example.com", "IP:10.0.0.0/8"],
      policies: [
        { oid: "1.3.6.1.4.1.99999.1", cps: "https://example.com/cps" },
        { oid: "2.5.29.32.0", cps: "" },
      ],
    });
    expect(policiesOf("  \n")).toEqual([]);
  });
  it("leaves to an authority elsewhere what it decides itself", () => {
    const body = bodyOf({ ...emptyDraft("elsewhere"), name: "Sub", crlUrls: "http://a/x.crl" });
    expect(body).not.toHaveProperty("validity_years");
    expect(body).not.toHaveProperty("cdp_urls");
    expect(body).not.toHaveProperty("ca_type");
    expect(stepsOf("elsewhere")).not.toContain("validity");
  });
  it("says where something is wrong", () => {
    expect(problemsOf(root)).toEqual([]);
    expect(problemsOf({ ...root, name: " ", country: "CHE", policies: "one.two" })).toEqual([
      ["name", "subject"],
      ["country", "subject"],
      ["policies", "limits"],
    ]);
    const sub = { ...emptyDraft("intermediate"), name: "Sub", years: "5" };
    expect(problemsOf(sub, "2030-01-01T00:00:00Z", Date.parse("2026-01-01"))).toEqual([
      ["years", "validity"],
    ]);
  });
  it("changes usual values with the kind, and keeps typed ones", () => {
    expect(withKind(root, "intermediate")).toMatchObject({ key: "P-256", years: "5" });
    expect(withKind({ ...root, years: "12" }, "intermediate").years).toBe("12");
  });
});
