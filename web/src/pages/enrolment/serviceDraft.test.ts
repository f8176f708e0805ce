import { expect, it } from "vitest";

import { changesOf, draftOf } from "./serviceDraft";

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
