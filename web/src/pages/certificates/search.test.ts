import { describe, expect, it } from "vitest";

import {
  isFiltered,
  mergeSearch,
  readQuery,
  readSearch,
  resolveWhen,
  toApiFilter,
  toApiQuery,
} from "./search";

describe("the address", () => {
  it("says what the list shows", () => {
    expect(
      readSearch({
        ...{ q: "web", status: "expiring,expired", source: "acme", ca: "2", before: "14d" },
        tag: "Web Shop,prod",
      }),
    ).toEqual({
      q: "web",
      status: ["expiring", "expired"],
      source: "acme",
      ca: 2,
      before: "14d",
      tag: ["web shop", "prod"],
    });
  });
  it("drops what it does not know", () => {
    expect(
      readSearch({
        status: "happy",
        source: "moon",
        ca: "-1",
        before: "soon",
        sort: "password",
        tag: "a<b,",
        page: "0",
      }),
    ).toEqual({});
  });
});

describe("the query bar", () => {
  it("takes filters out of the text", () => {
    expect(readQuery("web status:due expires<14d source:acme")).toEqual({
      rest: "web",
      found: { status: ["expiring"], before: "14d", source: "acme" },
    });
  });
  it("takes tags, in quotes when they have spaces", () => {
    expect(readQuery('tag:prod shop tag:"web shop"')).toEqual({
      rest: "shop",
      found: { tag: ["prod", "web shop"] },
    });
    expect(mergeSearch({ tag: ["prod"] }, { tag: ["prod", "dev"] }).tag).toEqual(["prod", "dev"]);
  });
  it("leaves half-typed filters alone", () => {
    expect(readQuery("status: expires< source:mo tag:")).toEqual({
      rest: "status: expires< source:mo tag:",
      found: {},
    });
  });
  it("adds to the filters that are there", () => {
    expect(mergeSearch({ status: ["valid"], q: "a" }, { status: ["expiring", "valid"] })).toEqual({
      status: ["valid", "expiring"],
      q: "a",
    });
  });
});

describe("the request", () => {
  const now = Date.parse("2026-03-01T12:00:30Z");
  it("turns days into moments", () => {
    expect(resolveWhen("14d", now)).toBe("2026-03-15T12:00:00Z");
    expect(resolveWhen("2026-12-01", now)).toBe("2026-12-01T00:00:00Z");
    expect(resolveWhen(undefined, now)).toBeUndefined();
  });
  it("sorts newest first unless told otherwise", () => {
    expect(toApiQuery({}, 50, now)).toMatchObject({
      sort_by: "created_at",
      sort_order: "desc",
      page: 1,
    });
    expect(toApiQuery({ sort: "valid_to" }, 50, now)).toMatchObject({
      sort_by: "valid_to",
      sort_order: "asc",
    });
  });
  it("knows whether anything is filtered", () => {
    expect(isFiltered({ sort: "valid_to", page: 2 })).toBe(false);
    expect(isFiltered({ source: "acme" })).toBe(true);
  });
});

describe("what is done to all that match", () => {
  it("takes the same filters as the list, and nothing that is not said", () => {
    expect(
      toApiFilter({ q: "web", status: ["valid"], before: "1d", page: 3, sort: "valid_to" }, 0),
    ).toEqual({ search: "web", status: ["valid"], expires_before: "1970-01-02T00:00:00Z" });
    expect(toApiFilter({})).toEqual({});
  });
});
