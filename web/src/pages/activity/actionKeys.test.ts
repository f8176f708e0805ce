import { expect, it } from "vitest";

import { actionKeys } from "./useActionText";

it("looks for the outcome first, then for the object, then for the action alone", () => {
  expect(
    actionKeys({
      action: "acme.challenge.validate",
      resource_type: "acme_authorization",
      details: '{"status":"invalid"}',
    }),
  ).toEqual([
    "acme_challenge_validate_invalid",
    "acme_challenge_validate_acme_authorization",
    "acme_challenge_validate",
  ]);
  expect(actionKeys({ action: "auth.login", success: false })).toEqual([
    "auth_login_failed",
    "auth_login",
  ]);
});
