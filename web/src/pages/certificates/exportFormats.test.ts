import { describe, expect, it } from "vitest";

import { exportBody, holdsKey, passwordIsShort, type ExportChoice } from "./exportFormats";

const choice = (change: Partial<ExportChoice>): ExportChoice => ({
  format: "pem",
  chain: false,
  key: false,
  password: "",
  legacy: false,
  ...change,
});

describe("a download", () => {
  it("carries a password only where a key is", () => {
    expect(exportBody(choice({ format: "der", password: "left over" }))).toEqual({ format: "der" });
    expect(exportBody(choice({ format: "jks", password: "long enough" }))).toEqual({
      format: "jks",
      password: "long enough",
    });
  });

  it("asks for chain and key where the format may have them", () => {
    expect(exportBody(choice({ chain: true, key: true }))).toEqual({
      format: "pem",
      include_chain: true,
      include_key: true,
    });
  });

  it("needs a password where the format has one, and never a short one", () => {
    expect(passwordIsShort(choice({ format: "pkcs12" }))).toBe(true);
    expect(passwordIsShort(choice({ format: "pkcs12", password: "12345678" }))).toBe(false);
    expect(passwordIsShort(choice({ format: "key" }))).toBe(false);
    expect(passwordIsShort(choice({ format: "key", password: "short" }))).toBe(true);
    expect(holdsKey(choice({ format: "pkcs7", key: true }))).toBe(false);
  });
});
