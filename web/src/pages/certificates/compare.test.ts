import { describe, expect, it } from "vitest";

import type { CertificateDetail } from "../../api";
import { differs, extensionRows, onlyIn, readCompareSearch } from "./compare";

const certificate = (names: string[], more: Partial<CertificateDetail> = {}) =>
  ({
    sans: names.map((value) => ({ type: "dns", value })),
    status: "valid",
    ...more,
  }) as CertificateDetail;

describe("comparing two certificates", () => {
  it("takes the same names in another order for the same", () => {
    expect(differs("names", certificate(["a", "b"]), certificate(["b", "a"]))).toBe(false);
    expect(differs("names", certificate(["a"]), certificate(["a", "b"]))).toBe(true);
  });
  it("says which names only one of them has", () => {
    expect([...onlyIn(certificate(["a", "b"]), certificate(["b", "c"]))]).toEqual(["dns:a"]);
  });
  it("puts extensions side by side, also those that only one has", () => {
    const usage = {
      oid: "2.5.29.15",
      name: "Key usage",
      critical: true,
      value: "digitalSignature",
    };
    const staple = { oid: "1.3.6.1.5.5.7.1.24", name: "TLS feature", critical: false, value: "5" };
    expect(
      extensionRows([usage], [{ ...usage, critical: false }, staple]).map((row) => [
        row.name,
        row.differs,
      ]),
    ).toEqual([
      ["Key usage", true],
      ["TLS feature", true],
    ]);
    expect(extensionRows([usage], [usage])[0]?.differs).toBe(false);
  });
  it("reads ids out of the address, and nothing else", () => {
    expect(readCompareSearch({ left: "3", right: 7 })).toEqual({ left: 3, right: 7 });
    expect(readCompareSearch({ left: "x", right: -1 })).toEqual({});
  });
});
