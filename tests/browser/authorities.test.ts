import { api, expect, sound, test } from "./support";

test.describe("authorities", () => {
  test("are tried out before they are made", async ({ signedIn: page }) => {
    const name = `Tried CA ${Date.now().toString(36)}`;
    await page.goto("/authorities");
    await page.getByRole("button", { name: "New intermediate" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Common name").fill(name);
    const verdict = dialog.getByRole("region", { name: "What would become of it" });
    await expect(verdict.getByText(/^(Works everywhere|Works, with reservations)$/)).toBeVisible();
    await expect(verdict.getByText(/of \d+ trials pass/)).toBeVisible();
    await sound(page, "dialog-authority-verdict");
    await dialog.getByRole("button", { name: "Create" }).click();
    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  });

  test("are renewed over their key, and then with a new one", async ({ signedIn: page }) => {
    const name = `Renewed CA ${Date.now().toString(36)}`;
    const { data } = await api(page, "post", "/cas", { common_name: name, ca_type: "root" });
    const { id, serial_number } = data as { id: number; serial_number: string };
    await page.goto(`/authorities/${id}`);
    await page.getByRole("button", { name: "Renew…" }).click();
    const dialog = page.getByRole("dialog");
    await sound(page, "dialog-authority-renew");
    await dialog.getByRole("button", { name: "Renew", exact: true }).click();
    await expect(page.getByText(`${name} is renewed.`)).toBeVisible();
    const former = page.getByRole("table", { name: "Further certificates of this authority" });
    await expect(former.getByText("Former", { exact: true })).toBeVisible();
    const { data: renewed } = await api(page, "get", `/cas/${id}`);
    expect((renewed as { serial_number: string }).serial_number).not.toBe(serial_number);

    await page.getByRole("button", { name: "Renew…" }).click();
    await dialog.getByRole("radio", { name: /A new key/ }).check();
    await dialog.getByRole("checkbox", { name: /takes over at once/ }).check();
    await dialog.getByRole("button", { name: "Renew", exact: true }).click();
    await expect(page.getByText(`${name} has a successor.`)).toBeVisible();
    await expect(page).not.toHaveURL(new RegExp(`/authorities/${id}$`));
  });

  test("are cross-signed by another", async ({ signedIn: page }) => {
    const stamp = Date.now().toString(36);
    const make = async (name: string) =>
      (await api(page, "post", "/cas", { common_name: `${name} ${stamp}`, ca_type: "root" }))
        .data as { id: number };
    const { id } = await make("New root");
    await make("Trusted root");
    await page.goto(`/authorities/${id}`);
    await page.getByRole("button", { name: "Cross-sign…" }).click();
    const dialog = page.getByRole("dialog");
    const signer = dialog.getByLabel("Signed by");
    const option = signer.getByRole("option").filter({ hasText: `Trusted root ${stamp}` });
    await signer.selectOption(await option.getAttribute("value"));
    await sound(page, "dialog-cross-sign");
    await dialog.getByRole("button", { name: "Cross-sign", exact: true }).click();
    await expect(
      page.getByText(`Trusted root ${stamp} has cross-signed New root ${stamp}.`),
    ).toBeVisible();
    const further = page.getByRole("table", { name: "Further certificates of this authority" });
    await expect(further.getByText("Cross-signed", { exact: true })).toBeVisible();
    await sound(page, "authority-further");
  });
});
