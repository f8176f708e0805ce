import { describe, expect, test } from "vitest";

import { passkeyProblem, toBase64url, toBytes } from "./passkey";

describe("passkeys", () => {
  test("octets survive base64url without padding", () => {
    const octets = Uint8Array.from([0, 250, 255, 62, 63, 1]);
    const text = toBase64url(octets.buffer);
    expect(text).toBe("APr_Pj8B");
    expect([...toBytes(text)]).toEqual([...octets]);
    expect([...toBytes("-_8")]).toEqual([0xfb, 0xff]);
  });

  test("what a browser throws is told apart", () => {
    expect(passkeyProblem(new DOMException("", "NotAllowedError"))).toBe("cancelled");
    expect(passkeyProblem(new DOMException("", "InvalidStateError"))).toBe("known");
    expect(passkeyProblem(new DOMException("", "SecurityError"))).toBe("elsewhere");
    expect(passkeyProblem(new DOMException("", "UnknownError"))).toBe("failed");
    expect(passkeyProblem(new Error("something else"))).toBeUndefined();
  });
});
