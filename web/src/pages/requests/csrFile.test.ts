import { expect, it } from "vitest";

import { derToPem, toBase64 } from "./csrFile";

it("writes base64 of any length", () => {
  expect(toBase64(new Uint8Array([0, 1, 254, 255]))).toBe("AAH+/w==");
  expect(toBase64(new Uint8Array(20_000))).toHaveLength(26_668);
});

it("breaks PEM after 64 characters", () => {
  const lines = derToPem(new Uint8Array(100)).trim().split("\n");
  expect(lines[0]).toBe("-----BEGIN CERTIFICATE REQUEST-----");
  expect(lines[1]).toHaveLength(64);
  expect(lines.at(-1)).toBe("-----END CERTIFICATE REQUEST-----");
});
