import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";

import { api, expect, sound, test } from "./support";

test("certificates of people are listed, downloaded, revoked and taken away", async ({
  signedIn: page,
}) => {
  const name = `laptop ${Date.now().toString(36)}`;
  await api(page, "post", "/account/mtls/certificates/create", { name });
  await page.goto("/certificates");
  await page.getByRole("link", { name: "Of people" }).click();
  const table = page.getByRole("table", { name: "Certificates of people" });
  const row = table.getByRole("row").filter({ hasText: name });
  await expect(row).toContainText("Active");
  await expect(row).toContainText("never");
  await sound(page, "user-certificates");

  const actions = row.getByRole("button", { name: /^Actions for/ });
  await actions.click();
  // Its key left when it was made, so that there is no file with it.
  await expect(page.getByRole("menuitem", { name: /With key/ })).toHaveCount(0);
  const download = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: /Certificate, PEM/ }).click();
  const file = await download;
  const { subject } = new X509Certificate(await readFile(await file.path()));
  expect(subject).toContain("CN=");

  const dialog = page.getByRole("dialog");
  await actions.click();
  await page.getByRole("menuitem", { name: "Revoke…" }).click();
  await dialog.getByRole("radio", { name: /The key was exposed/ }).check();
  await dialog.getByRole("button", { name: "Revoke", exact: true }).click();
  await expect(row).toContainText("Revoked");

  await page.getByRole("searchbox").fill("no such person");
  await expect(page.getByText("No certificate matches")).toBeVisible();
  await expect(page).toHaveURL(/q=no/);
  await page.getByRole("button", { name: "Clear filters" }).click();
  await actions.click();
  await page.getByRole("menuitem", { name: "Delete…" }).click();
  await dialog.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(page.getByText(`${name} signs nobody in any more.`)).toBeVisible();
  await expect(row).toHaveCount(0);
});
