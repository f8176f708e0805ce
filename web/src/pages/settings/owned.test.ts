import { expect, it } from "vitest";

import { together, type Owned } from "./owned";

const nothing: Owned = {
  certificates: 0,
  requests: 0,
  authorities: 0,
  authority_requests: 0,
  templates: 0,
  eab_credentials: 0,
  domains: 0,
  allowed_identifiers: 0,
  csr_profiles: 0,
};

it("adds up what several own, and leaves out what nobody owns", () => {
  expect(together([])).toEqual([]);
  expect(together([nothing])).toEqual([]);
  expect(
    together([
      { ...nothing, certificates: 2 },
      { ...nothing, certificates: 3, domains: 1 },
    ]),
  ).toEqual([
    { kind: "certificates", count: 5 },
    { kind: "domains", count: 1 },
  ]);
});
