import { expect, it } from "vitest";

import { matches, readTemplateSearch } from "./search";

const web = { name: "Web Server", description: "HTTPS", is_system: true, is_active: true };

it("reads the address, and drops what it does not know", () => {
  expect(readTemplateSearch({ q: " web ", show: "own", page: 2 })).toEqual({
    q: "web",
    show: "own",
  });
  expect(readTemplateSearch({ show: "all" })).toEqual({});
});

it("finds by words and by kind", () => {
  expect(matches(web, {})).toBe(true);
  expect(matches(web, { q: "https web" })).toBe(true);
  expect(matches(web, { q: "mail" })).toBe(false);
  expect(matches(web, { show: "own" })).toBe(false);
  expect(matches(web, { show: "builtin" })).toBe(true);
  expect(matches(web, { show: "off" })).toBe(false);
});
