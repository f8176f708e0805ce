import { describe, expect, it } from "vitest";

import de from "./de.json";
import en from "./en.json";

type Tree = { [key: string]: string | Tree };

function flatten(tree: Tree, prefix = ""): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === "string") flat.set(prefix + key, value);
    else for (const [k, v] of flatten(value, `${prefix}${key}.`)) flat.set(k, v);
  }
  return flat;
}

const placeholders = (text: string) =>
  [...text.matchAll(/\{\{\s*(\w+)|<\/?(\w+)>/g)].map(String).sort();

describe("translations", () => {
  const english = flatten(en);
  const german = flatten(de);

  it("have the same keys in every language", () => {
    expect([...german.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it("leave nothing empty", () => {
    for (const text of [...english.values(), ...german.values()]) expect(text.trim()).not.toBe("");
  });

  it("keep the placeholders of the English text", () => {
    for (const [key, text] of english) {
      // "One certificate" needs no number.
      if (key.endsWith("_one")) continue;
      expect(placeholders(german.get(key) ?? ""), key).toEqual(placeholders(text));
    }
  });
});
