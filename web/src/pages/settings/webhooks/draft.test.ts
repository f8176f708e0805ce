import { describe, expect, it } from "vitest";

import { changesOf, draftOf, headersOf, newSecret } from "./draft";

describe("headers of one's own", () => {
  it("are read line by line", () => {
    expect(headersOf("X-Team: web\n\n X-Route :a:b \n")).toEqual({
      "X-Team": "web",
      "X-Route": "a:b",
    });
    expect(headersOf("")).toEqual({});
  });

  it("are not guessed", () => {
    expect(headersOf("X-Team web")).toBeUndefined();
    expect(headersOf(": web")).toBeUndefined();
  });
});

describe("changes of a webhook", () => {
  const before = draftOf(undefined);

  it("hold only what was changed", () => {
    expect(changesOf(before, before)).toEqual({});
    expect(changesOf({ ...before, name: " Chat " }, before)).toEqual({ name: "Chat" });
  });

  it("name all events by a star", () => {
    const some = { ...before, all: false, events: ["certificate.revoked"] };
    expect(changesOf(some, before)).toEqual({ events: ["certificate.revoked"] });
    expect(changesOf({ ...some, all: true }, some)).toEqual({ events: ["*"] });
  });

  it("take headers away only when that is said", () => {
    expect(changesOf({ ...before, headers: " " }, before)).toEqual({});
    expect(changesOf({ ...before, dropHeaders: true }, before)).toEqual({ custom_headers: {} });
  });
});

it("makes secrets that nobody guesses", () => {
  expect(newSecret()).toMatch(/^[0-9a-f]{64}$/);
  expect(newSecret()).not.toBe(newSecret());
});
