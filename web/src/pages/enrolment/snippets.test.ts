import { describe, expect, it } from "vitest";

import { clients, curlSnippet, fetchRoot, snippet } from "./snippets";

const place = {
  origin: "https://ca.example:8443",
  directory: "https://ca.example:8443/acme/directory",
  rootRefid: "5f1c",
  host: "www.example.internal",
};

describe("snippets", () => {
  it.each(clients)("for %s name the directory and the host", (client) => {
    const text = snippet(client, place);
    expect(text).toContain(place.directory);
    expect(text).toContain(place.host);
  });
  it.each(clients.filter((client) => client !== "haproxy"))(
    "for %s carry a credential where one is asked for, and only there",
    (client) => {
      const eab = { kid: "kid-1", hmac: "c2VjcmV0" };
      const text = snippet(client, { ...place, eab });
      expect(text).toContain(eab.hmac);
      if (client !== "certmanager") expect(text).toMatch(/kid-1/);
      expect(snippet(client, place)).not.toMatch(/eab|external/i);
    },
  );
  it.each(clients)("for %s continue a line only where another follows", (client) => {
    const text = snippet(client, place);
    expect(text).not.toMatch(/[\\^]$/);
    expect(text).not.toMatch(/[\\^]\n(?! )/);
  });
  it("fetch the root and print what to compare", () => {
    expect(fetchRoot(place)).toContain("https://ca.example:8443/ca/5f1c.pem");
    expect(fetchRoot(place)).toContain("-fingerprint");
  });
  it("send valid JSON", () => {
    const json = /-d '(.*)'/.exec(curlSnippet(place))?.[1];
    expect(JSON.parse(json ?? "")).toEqual({ common_name: place.host, san: [`dns:${place.host}`] });
  });
});
