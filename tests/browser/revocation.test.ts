import { api, expect, issue, settled, sound, test, uniqueName } from "./support";

test.describe("revocation", () => {
  test("for now is a hold, which is lifted again", async ({ signedIn: page }) => {
    const { id, common_name: name } = await issue(page, uniqueName("hold"));
    await page.goto(`/certificates/${id}`);
    await page.getByRole("button", { name: "Revoke…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("radio", { name: /put it on hold/ }).check();
    await expect(dialog.getByText("until it is taken off hold")).toBeVisible();
    await dialog.getByRole("button", { name: "Put on hold", exact: true }).click();
    await expect(page.getByText(`${name} is on hold.`)).toBeVisible();
    await expect(page.getByText("On hold", { exact: true })).toBeVisible();
    await expect(page.getByText(/^On hold since/)).toBeVisible();
    await sound(page, "certificate-on-hold");
    const held = await api(page, "get", `/certificates/${id}`);
    expect(held.data).toMatchObject({ revoked: true, revoke_reason: "certificateHold" });

    await page.goto(`/certificates?q=${name}`);
    await expect(page.getByRole("cell", { name: "On hold", exact: true })).toBeVisible();
    await page.goto(`/certificates/${id}`);
    await page.getByRole("button", { name: "Revoke…" }).click();
    await expect(dialog.getByRole("radio", { name: /put it on hold/ })).toHaveCount(0);
    await dialog.getByRole("button", { name: "Cancel" }).click();

    await page.getByRole("button", { name: "Take off hold…" }).click();
    await sound(page, "dialog-release");
    await dialog.getByRole("button", { name: "Take off hold", exact: true }).click();
    await expect(page.getByText(`${name} is valid again.`)).toBeVisible();
    await expect(page.getByText("Active", { exact: true }).first()).toBeVisible();
    const released = await api(page, "get", `/certificates/${id}`);
    expect(released.data).toMatchObject({ revoked: false, status: "valid" });
  });

  test("is seen from outside, point by point", async ({ signedIn: page }) => {
    const { data } = await api(page, "get", "/cas");
    const issuing = (data as { id: number; is_root: boolean }[]).find((ca) => !ca.is_root);
    await page.goto(`/authorities/${issuing?.id}`);
    await settled(page);
    await page.getByRole("button", { name: "Check now" }).click();
    const points = page.getByRole("table", { name: "Seen from outside" });
    await expect(points.getByRole("row").filter({ hasText: "OCSP" })).toContainText("Up to date");
    await expect(points.getByRole("row").filter({ hasText: "Revocation list" })).toContainText(
      "Up to date",
    );
    await sound(page, "authority-points");
  });

  test("is published as the authority is told to", async ({ signedIn: page }) => {
    const { data } = await api(page, "post", "/cas", {
      common_name: `Publishing ${Date.now().toString(36)}`,
      ca_type: "root",
    });
    const { id } = data as { id: number };
    await page.goto(`/authorities/${id}`);
    await page.getByRole("button", { name: "Publishing…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("List valid for (days)").fill("none");
    await expect(dialog.getByText("A whole number, at least 1.")).toBeVisible();
    await dialog.getByLabel("List valid for (days)").fill("5");
    await dialog.getByRole("checkbox", { name: "Delta lists" }).check();
    await dialog.getByLabel("Delta list every (hours)").fill("2");
    await dialog.getByRole("checkbox", { name: /A responder of its own/ }).check();
    await sound(page, "dialog-publishing");
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("Saved.")).toBeVisible();
    const { data: config } = await api(page, "get", `/crl/${id}/config`);
    expect(config).toMatchObject({
      crl_validity_days: 5,
      delta_crl_enabled: true,
      delta_crl_interval: 2,
      ocsp_delegated: true,
    });
  });
});
