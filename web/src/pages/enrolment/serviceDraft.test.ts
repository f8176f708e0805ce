import { expect, it } from "vitest";

import { changesOf, draftOf, generalOf } from "./serviceDraft";

it("sends only what was changed, in the server's words", () => {
  const before = draftOf(undefined);
  expect(changesOf(before, before)).toEqual({});
  expect(
    changesOf(
      {
        ...before,
        authority: "7",
        allowed: "*.shop.example\n10.0.0.0/8",
        profiles: [{ key: 0, name: " short ", description: "", hours: "160", kind: "server" }],
      },
      before,
    ),
  ).toEqual({
    issuing_ca_id: 7,
    allowed_names: ["*.shop.example", "10.0.0.0/8"],
    profiles: [{ name: "short", description: "", validity_hours: 160, cert_type: "server" }],
  });
});

it("knows what of the default service is a setting of ACME as a whole", () => {
  expect(
    generalOf({ enabled: false, require_approval: true, eab_required: true, validity_days: 30 }),
  ).toEqual({
    general: { enabled: false, require_approval: true, validity_days: 30 },
    own: { eab_required: true },
  });
  expect(generalOf({ description: "" })).toEqual({ general: {}, own: { description: "" } });
});
