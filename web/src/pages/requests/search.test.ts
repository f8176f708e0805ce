import { describe, expect, it } from "vitest";

import { readRequestSearch, toRequestQuery } from "./search";

describe("the address of the requests", () => {
  it("says what the list shows, and nothing it does not know", () => {
    expect(readRequestSearch({ q: " web ", status: "issued", page: "3" })).toEqual({
      q: "web",
      status: "issued",
      page: 3,
    });
    expect(readRequestSearch({ status: "lost", page: "-1", color: "red" })).toEqual({});
  });

  it("shows what waits when it says nothing", () => {
    expect(toRequestQuery({}, 50)).toEqual({
      page: 1,
      per_page: 50,
      search: undefined,
      status: "pending",
    });
  });
});
