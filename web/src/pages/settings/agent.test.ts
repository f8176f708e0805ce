import { expect, it } from "vitest";

import { describeAgent } from "./agent";

it.each([
  [
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Firefox, Linux",
    "desktop",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1",
    "Safari, iOS",
    "phone",
  ],
  [
    "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0",
    "Edge, Windows",
    "desktop",
  ],
  ["curl/7.88.1", "curl", "program"],
  ["", "–", "program"],
])("%s", (agent, name, kind) => {
  expect(describeAgent(agent)).toEqual({ name, kind });
});
