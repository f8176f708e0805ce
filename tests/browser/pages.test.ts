import type { Page } from "@playwright/test";

import {
  api,
  expect,
  expectNoSidewaysScroll,
  issue,
  legible,
  settled,
  sound,
  test,
  uniqueName,
  widths,
} from "./support";

const places: [name: string, path: string][] = [
  ["home", "/"],
  // As many rows as there are on a first day: what other tests issued would only make it slow.
  ["certificates", "/certificates?q=nordwind"],
  ["requests", "/requests"],
  ["requests-all", "/requests?status=all"],
  ["templates", "/templates"],
  ["authorities", "/authorities"],
  ["authorities-graph", "/authorities?view=graph"],
  ["authorities-new", "/authorities/new?kind=root"],
  ["authorities-offline", "/authorities/offline"],
  ["revocation", "/revocation"],
  ["user-certificates", "/user-certificates"],
  ["enrolment", "/enrolment"],
  ["enrolment-services", "/enrolment?tab=services"],
  ["enrolment-accounts", "/enrolment?tab=accounts"],
  ["enrolment-orders", "/enrolment?tab=orders"],
  ["enrolment-credentials", "/enrolment?tab=credentials"],
  ["enrolment-rules", "/enrolment?tab=rules"],
  ["enrolment-names", "/enrolment?tab=names"],
  ["enrolment-operations", "/enrolment?tab=operations"],
  ["enrolment-approvals", "/enrolment?tab=approvals"],
  ["enrolment-domains", "/enrolment?tab=domains"],
  ["enrolment-limits", "/enrolment?tab=limits"],
  ["enrolment-statistics", "/enrolment?tab=statistics"],
  ["activity", "/activity"],
  ["settings-account", "/settings/account"],
  ["settings-appearance", "/settings/appearance"],
  ["settings-sessions", "/settings/sessions"],
  ["settings-keys", "/settings/keys"],
  ["settings-general", "/settings/general"],
  ["settings-mail", "/settings/mail"],
  ["settings-notices", "/settings/notices"],
  ["settings-webhooks", "/settings/webhooks"],
  ["settings-ct", "/settings/ct"],
  ["settings-log", "/settings/log"],
  ["settings-users", "/settings/users"],
  ["settings-groups", "/settings/groups"],
  ["settings-roles", "/settings/roles"],
  ["settings-security", "/settings/security"],
  ["settings-limits", "/settings/limits"],
  ["settings-about", "/settings/about"],
  ["not-found", "/no/such/page"],
  ["certificate", "/certificates/:certificate"],
  ["certificate-chain", "/certificates/:certificate?tab=chain"],
  ["certificate-extensions", "/certificates/:certificate?tab=extensions"],
  ["certificate-raw", "/certificates/:certificate?tab=raw"],
  ["certificate-proof", "/certificates/:certificate?tab=proof"],
  ["certificate-timeline", "/certificates/:certificate?tab=timeline"],
  ["authority", "/authorities/:authority"],
];

const dialogs: [name: string, path: string, open: (page: Page) => Promise<void>][] = [
  [
    "dialog-issue",
    "/certificates",
    (page) => page.getByRole("button", { name: "Issue certificate" }).click(),
  ],
  [
    "dialog-revoke",
    "/certificates/:certificate",
    (page) => page.getByRole("button", { name: "Revoke…" }).click(),
  ],
  ["palette", "/", (page) => page.keyboard.press("Control+k")],
  [
    "activity-entry",
    "/activity",
    (page) => page.getByRole("main").getByRole("listitem").getByRole("button").first().click(),
  ],
];

/** Goes to a path, with the newest certificate that is valid and an issuing authority put in. */
async function visit(page: Page, path: string) {
  if (path.includes(":certificate")) {
    const { data } = await api(page, "get", "/certificates?per_page=1&status=valid");
    path = path.replace(":certificate", String((data as { id: number }[])[0]?.id));
  }
  if (path.includes(":authority")) {
    const { data } = await api(page, "get", "/cas");
    const issuing = (data as { id: number; is_root: boolean }[]).find((ca) => !ca.is_root);
    path = path.replace(":authority", String(issuing?.id));
  }
  await page.goto(path);
  await settled(page);
}

/** WCAG 1.4.10: 1280 px at 400% are 320 px. */
async function expectReflow(page: Page) {
  await page.setViewportSize({ width: 320, height: 256 });
  await settled(page);
  await expectNoSidewaysScroll(page);
}

test.beforeEach(({ inventory }) => void inventory);

test("the page before sign-in is sound", async ({ page, complaints }) => {
  void complaints;
  await page.goto("/login");
  await settled(page);
  await sound(page, "login", widths, true);
  await expectReflow(page);
});

for (const [name, path] of places) {
  test(`${name} is sound at every size, and in German`, async ({ signedIn: page }) => {
    await visit(page, path);
    await sound(page, name, widths, true);
    await expectReflow(page);

    // Loaded on a phone, where all of the above was resized to one; and with longer words.
    await page.setViewportSize({ width: 360, height: 740 });
    await page.evaluate(() => localStorage.setItem("certwright.language", "de"));
    await page.reload();
    await settled(page);
    await expect(page.locator("html")).toHaveAttribute("lang", "de");
    await expectNoSidewaysScroll(page);
  });
}

for (const [name, path, open] of dialogs) {
  test(`${name} is sound`, async ({ signedIn: page }) => {
    await visit(page, path);
    await open(page);
    await expect(page.getByRole("dialog")).toBeVisible();
    await sound(page, name);
  });
}

test("a certificate beside the list is sound", async ({ signedIn: page }) => {
  await visit(page, "/certificates");
  await page.getByRole("row").nth(2).getByRole("link").click();
  await expect(page.getByRole("heading", { name: "Identifiers" })).toBeVisible();
  await sound(page, "certificate-sheet", [1440]);
});

test("buttons under the pointer are legible", async ({ signedIn: page }) => {
  const { id } = await issue(page, uniqueName("pointer"));
  await visit(page, `/certificates/${id}`);
  for (const theme of ["light", "dark"] as const) {
    await page.evaluate((value) => (document.documentElement.dataset.theme = value), theme);
    const dialog = page.getByRole("dialog");
    for (const [button, submit] of [
      ["Renew", "Renew"],
      ["Revoke…", "Revoke"],
    ] as const) {
      await page.getByRole("button", { name: button, exact: true }).first().hover();
      await legible(page, `${button}, ${theme}`);
      await page.getByRole("button", { name: button, exact: true }).first().click();
      await dialog.getByRole("button", { name: submit, exact: true }).hover();
      await legible(page, `${submit} in its dialog, ${theme}`);
      await dialog.getByRole("button", { name: "Cancel" }).click();
      await expect(dialog).toHaveCount(0);
    }
  }
});
