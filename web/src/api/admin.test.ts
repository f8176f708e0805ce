import { expect, it } from "vitest";

import { numberOfUid, uidOf } from "./admin";

it("writes ids as the server does", () => {
  expect(uidOf("account", 42)).toBe("63657274-7772-8002-8000-00000000002a");
  expect(uidOf("profile", 2 ** 52)).toBe("63657274-7772-8005-8010-000000000000");
  expect(numberOfUid(uidOf("credential", 4_294_967_299))).toBe(4_294_967_299);
});
