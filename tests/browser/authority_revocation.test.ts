import type { Page } from "@playwright/test";

import { api, expect, sound, test } from "./support";

type Made = {
  id: number;
  name: string;
  revoked: boolean;
  revoke_reason: string | null;
};

async function make(page: Page, name: string, more: object) {
  const { data } = await api(page, "post", "/cas", {
    common_name: name,
    validity_years: 2,
    ...more,
  });
  return data as Made;
}

async function state(page: Page, id: number) {
  return (await api(page, "get", `/cas/${id}`)).data as Made;
}

test.describe("authorities are revoked", () => {
  test("by who types their name, with what hangs on them", async ({ signedIn: page }) => {
    const stamp = Date.now().toString(36);
    const root = await make(page, `Top ${stamp}`, {
      ca_type: "root",
      validity_years: 5,
    });
    const under = { ca_type: "intermediate", parent_id: root.id };
    const ca = await make(page, `Doomed ${stamp}`, {
      ...under,
      path_length: 1,
      validity_years: 3,
    });
    const below = await make(page, `Below ${stamp}`, {
      ...under,
      parent_id: ca.id,
    });
    for (const ca_id of [ca.id, below.id, below.id]) {
      const san = [`dns:${ca_id}.${stamp}.browser.test`];
      await api(page, "post", "/certificates", { san, ca_id });
    }

    await page.goto(`/authorities/${root.id}`);
    const open = page.getByRole("button", { name: "Revoke…" });
    await expect(open).toHaveAttribute("aria-disabled", "true");
    await page.goto(`/authorities/${ca.id}`);
    await open.click();
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByText("3 valid certificates become untrusted.")).toBeVisible();
    await expect(dialog.getByText("One authority under it goes with it.")).toBeVisible();
    await dialog.getByRole("radio", { name: "The authority was compromised" }).check();
    await dialog.getByLabel("Comment").fill("stolen from the safe");
    await sound(page, "dialog-revoke-authority");
    const confirm = dialog.getByLabel(`Type Doomed ${stamp} to confirm`);
    const submit = dialog.getByRole("button", { name: "Revoke the authority" });
    await submit.click();
    await expect(dialog.getByText("This is not its name.")).toBeVisible();
    expect((await state(page, ca.id)).revoked).toBe(false);
    await confirm.fill(`Doomed ${stamp}`);
    await submit.click();

    await expect(page.getByText(`Doomed ${stamp} is revoked.`)).toBeVisible();
    await expect(page.getByText(/^Revoked on /)).toBeVisible();
    await expect(page.getByText(/Reason: The authority was compromised/)).toBeVisible();
    await expect(open).toHaveAttribute("aria-disabled", "true");
    await sound(page, "authority-revoked");
    const revoked = await state(page, ca.id);
    expect([revoked.revoked, revoked.revoke_reason]).toEqual([true, "caCompromise"]);
    const { data: list } = await api(page, "get", `/crl/${root.id}`);
    expect(list).toMatchObject({ revoked_count: 1 });

    await page.getByRole("link", { name: `Below ${stamp}` }).click();
    await expect(
      page.getByText(`Doomed ${stamp}, which stands above it, is revoked`),
    ).toBeVisible();
    await expect(page.getByText("Issuer revoked", { exact: true })).toBeVisible();
    await page.goto("/authorities");
    const row = page.getByRole("row").filter({ hasText: `Doomed ${stamp}` });
    await expect(row.getByText("Revoked", { exact: true })).toBeVisible();
  });

  test("for a while, and taken off hold", async ({ signedIn: page }) => {
    const stamp = Date.now().toString(36);
    const root = await make(page, `Hold root ${stamp}`, {
      ca_type: "root",
      validity_years: 5,
    });
    const name = `Held ${stamp}`;
    const { id } = await make(page, name, {
      ca_type: "intermediate",
      parent_id: root.id,
    });
    await page.goto(`/authorities/${id}`);
    await page.getByRole("button", { name: "Revoke…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("radio", { name: /For now/ }).check();
    await dialog.getByLabel(`Type ${name} to confirm`).fill(name);
    await dialog.getByRole("button", { name: "Put on hold" }).click();
    await expect(page.getByText(`${name} is on hold.`)).toBeVisible();
    await expect(page.getByText(/^On hold since /)).toBeVisible();
    expect((await state(page, id)).revoke_reason).toBe("certificateHold");

    await page.getByRole("button", { name: "Take off hold…" }).click();
    await sound(page, "dialog-release-authority");
    await dialog.getByRole("button", { name: "Take off hold" }).click();
    await expect(page.getByText(`${name} is valid again.`)).toBeVisible();
    await expect(page.getByText(/^On hold since /)).toHaveCount(0);
    expect((await state(page, id)).revoked).toBe(false);
  });

  test("in one of their cross-signed certificates only", async ({ signedIn: page }) => {
    const stamp = Date.now().toString(36);
    const name = `Crossed ${stamp}`;
    const root = await make(page, `One root ${stamp}`, {
      ca_type: "root",
      validity_years: 5,
    });
    const other = await make(page, `Other root ${stamp}`, {
      ca_type: "root",
      validity_years: 5,
    });
    const { id } = await make(page, name, {
      ca_type: "intermediate",
      parent_id: root.id,
    });
    await api(page, "post", `/cas/${id}/cross-sign`, { issuer_id: other.id });
    await page.goto(`/authorities/${id}`);
    const table = page.getByRole("table", {
      name: "Further certificates of this authority",
    });
    const choose = async (action: string) => {
      await table
        .getByRole("button", { name: `Actions for the certificate by Other root ${stamp}` })
        .click();
      await page.getByRole("menuitem", { name: action }).click();
    };
    const dialog = page.getByRole("dialog");
    const further = async () =>
      ((await api(page, "get", `/cas/${id}/further-certificates`)).data as Made[])[0];

    await choose("Revoke…");
    await dialog.getByRole("radio", { name: /For now/ }).check();
    await dialog.getByLabel(`Type ${name} to confirm`).fill(name);
    await sound(page, "dialog-revoke-further");
    await dialog.getByRole("button", { name: "Put on hold" }).click();
    await expect(table.getByText("On hold", { exact: true })).toBeVisible();
    expect((await further())?.revoke_reason).toBe("certificateHold");
    await choose("Take off hold…");
    await dialog.getByRole("button", { name: "Take off hold" }).click();
    await expect(table.getByText("Active", { exact: true })).toBeVisible();
    expect((await further())?.revoked).toBe(false);

    await choose("Revoke…");
    await dialog.getByRole("radio", { name: "A new certificate replaces it" }).check();
    await dialog.getByLabel(`Type ${name} to confirm`).fill(name);
    await dialog.getByRole("button", { name: "Revoke the certificate" }).click();
    await expect(table.getByText("Revoked", { exact: true })).toBeVisible();
    expect((await further())?.revoke_reason).toBe("superseded");
    expect((await state(page, id)).revoked).toBe(false);
    await sound(page, "authority-further-revoked");
  });
});
