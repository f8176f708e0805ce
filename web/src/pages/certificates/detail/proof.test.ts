import { describe, expect, it } from "vitest";

import { isIncluded, isSigned, rootOf } from "./proof";

// What a server answered; the last test goes without it.
const proof = {
  leaf_index: 14,
  tree_size: 54,
  leaf: '{"id":15,"at":"2026-11-21T13:45:23Z","username":"admin","action":"certificate.revoke","resource_type":"certificate","resource_id":1,"resource_name":"127.0.0.1","details":"{\\"serial_number\\":\\"659dcb463175de08947de721993c216c\\",\\"reason\\":\\"keyCompromise\\",\\"comment\\":\\"stolen\\",\\"invalidity_at\\":null}","ip_address":"127.0.0.1","user_agent":"curl/7.88.1","credential":"session 1","request_id":"dyvhqb0fv2yv4","success":true}',
  hashes: [
    "aGCpYLI8p2BFUYOIPke94NDSCvTzG7WXnj6EoN9iPe0=",
    "M2EXPiLCKxZwJS/PR6UTeBTezfMQxw66fq+EzFZZjdU=",
    "OLn5KbvTWGEl4h0c0IOzKcZokgkhPuv7DO5rNwHfkBs=",
    "3v0dg1I4Fj3BL2zpPJJpK4y67TYKfIuZX769+Eg6FMo=",
    "hBQnIvXDnj6PUy3qpZwQ2a09/imCigiuPwnSmR+C1KU=",
    "xTWpacrlFHWbsQma4URR5IkzCm0hcYw8HW24lLPKtjE=",
  ],
  checkpoint:
    "127.0.0.1/audit-log/7dec0282\n54\nh0QT6nzLL92XybZGBpwr2Vl9+eKIVuuK8D00U+8WyR8=\n\n— 127.0.0.1/audit-log/7dec0282 H6qS2L4inGDusFg51rKQo9fmWFC6zWoRIDuNZfFgtqN2or635KmcJaVGMfPA1JcbmP+PA4YMVSBPO0dydhbNFwwVlwA=\n",
};
const key = "127.0.0.1/audit-log/7dec0282+1faa92d8+AS7yH6uIczhUD6qhv0woAddlRbVjYXhWoGNl8INUfEfp";

describe("the proof of an audit entry", () => {
  it("leads from the entry to the signed root", async () => {
    expect(await isIncluded(proof)).toBe(true);
    expect(await isSigned(proof.checkpoint, key)).not.toBe(false);
  });
  it("does not hold for another entry, place, path or tree", async () => {
    const [first = "", ...rest] = proof.hashes;
    for (const wrong of [
      { ...proof, leaf: proof.leaf.replace("admin", "nobody") },
      { ...proof, leaf_index: proof.leaf_index + 1 },
      { ...proof, hashes: rest },
      { ...proof, hashes: [...proof.hashes, first] },
      { ...proof, tree_size: proof.tree_size + 1 },
    ])
      expect(await isIncluded(wrong)).toBe(false);
  });
  it("does not hold for a checkpoint that nobody signed", async () => {
    expect(await isSigned(proof.checkpoint.replace(/\n\d+\n/, "\n36\n"), key)).not.toBe(true);
    expect(await isSigned(proof.checkpoint.split("\n\n")[0] + "\n\n", key)).toBe(false);
  });
  it("is as RFC 9162 builds trees", async () => {
    // MTH({d[0]}) is the hash of 0x00 and the entry: for an empty one, as `printf '\\0' | sha256sum`.
    const root = await rootOf({
      leaf_index: 0,
      tree_size: 1,
      leaf: "",
      hashes: [],
      checkpoint: "",
    });
    expect([...(root ?? [])].map((octet) => octet.toString(16).padStart(2, "0")).join("")).toBe(
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    );
  });
});
