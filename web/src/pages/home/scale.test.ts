import { expect, it } from "vitest";

import { niceScale } from "./scale";

it.each([
  [1, 1, [0, 1]],
  [5, 6, [0, 2, 4, 6]],
  [14, 15, [0, 5, 10, 15]],
  [900, 1000, [0, 500, 1000]],
])("covers %d with round numbers", (largest, top, ticks) => {
  expect(niceScale(largest)).toEqual({ top, ticks });
});
