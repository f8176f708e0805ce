import { describe, expect, it } from "vitest";

import { readUserCertificateSearch } from "./search";

describe("the address of the certificates of people", () => {
  it("says what is shown, and nothing else", () => {
    expect(readUserCertificateSearch({ q: " anna ", status: "expiring", page: "3" })).toEqual({
      q: "anna",
      status: "expiring",
      page: 3,
    });
    expect(readUserCertificateSearch({ q: "", status: "lost", page: 1, more: true })).toEqual({});
  });
});
