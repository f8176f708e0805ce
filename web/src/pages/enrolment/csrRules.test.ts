import { expect, it } from "vitest";

import { keysOf, listOf, readKeys, withRule } from "./csrRules";

it("reads keys by kind and size, and refuses anything else", () => {
  expect(readKeys("RSA 3072\n EC.secp256r1   256\n\n")).toEqual({
    RSA: 3072,
    "EC.secp256r1": 256,
  });
  expect(readKeys("RSA")).toBeUndefined();
  expect(readKeys("RSA 2048 bits")).toBeUndefined();
  expect(keysOf({ authorized_keys: { RSA: 3072 } })).toBe("RSA 3072");
});

it("keeps what no field knows, and drops what is empty", () => {
  const rules = { of_another_version: [1], san_regex: "x", reuse_key: false };
  expect(withRule(rules, "san_regex", "")).toEqual({ of_another_version: [1], reuse_key: false });
  expect(withRule(rules, "san_types", ["DNS_NAME"])).toMatchObject({ san_types: ["DNS_NAME"] });
  expect(listOf({ san_types: ["DNS_NAME", 7] }, "san_types")).toBe("DNS_NAME");
});
