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
  it("fetch the root and print what to compare", () => {
    expect(fetchRoot(place)).toContain("https://ca.example:8443/ca/5f1c.pem");
    expect(fetchRoot(place)).toContain("-fingerprint");
  });
  it("send valid JSON", () => {
    const json = /-d '(.*)'/.exec(curlSnippet(place))?.[1];
    expect(JSON.parse(json ?? "")).toEqual({ common_name: place.host, san: [`dns:${place.host}`] });
  });
});
