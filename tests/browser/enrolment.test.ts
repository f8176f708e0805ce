import { axe, expect, picture, settled, test } from "./support";

test.describe("enrolment", () => {
  test("shows the secret of a credential once", async ({ signedIn: page }) => {
    const name = `Team ${Date.now().toString(36)}`;
    await page.goto("/enrolment?tab=credentials");
    await page.getByRole("button", { name: "New credential" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("For whom").fill(name);
    await dialog.getByRole("checkbox", { name: "Names need no challenge" }).check();
    await dialog.getByRole("button", { name: "Create", exact: true }).click();
    await expect(dialog.getByText("This takes a list of allowed names.")).toBeVisible();
    await dialog.getByLabel("Allowed names").fill("shop.example\n*.shop.example");
    await axe(page, "new credential");
    await picture(page, "dialog-credential", "light", 1440);
    await dialog.getByRole("button", { name: "Create", exact: true }).click();
    await expect(page.getByRole("dialog", { name: "Copy the secret now" })).toBeVisible();
    const secret = await dialog.getByRole("figure", { name: "MAC key (HMAC)" }).innerText();
    expect(secret.trim().length).toBeGreaterThan(30);
    await axe(page, "credential secret");
    await dialog.getByRole("button", { name: "I have copied it" }).click();

    const row = page.getByRole("row").filter({ hasText: name });
    await expect(row.getByText("Usable", { exact: true })).toBeVisible();
    await expect(row.getByText("shop.example, *.shop.example")).toBeVisible();
    await expect(page.getByText(secret.trim())).toHaveCount(0);
    await picture(page, "enrolment-credentials", "light", 1440);

    const choose = async (action: string) => {
      await page.getByRole("button", { name: `Actions for ${name}` }).click();
      await page.getByRole("menuitem", { name: action }).click();
    };
    await choose("Edit…");
    await dialog.getByLabel("Allowed names").fill("");
    await expect(dialog.getByText("This takes a list of allowed names.")).toBeVisible();
    await dialog.getByLabel("Allowed names").fill("shop.example");
    await dialog.getByLabel("Usable for").selectOption({ label: "365 days from now" });
    await axe(page, "edit credential");
    await picture(page, "dialog-credential-edit", "light", 1440);
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(row.getByText("shop.example", { exact: true })).toBeVisible();
    await choose("Disable");
    await expect(row.getByText("Disabled", { exact: true })).toBeVisible();
    await choose("Enable");
    await expect(row.getByText("Usable", { exact: true })).toBeVisible();
    await choose("Revoke…");
    await dialog.getByRole("button", { name: "Revoke", exact: true }).click();
    await expect(row.getByText("Revoked", { exact: true })).toBeVisible();
  });

  test("says in words at which step an order failed", async ({ signedIn: page, inventory }) => {
    void inventory;
    await page.goto("/enrolment?tab=orders&status=invalid");
    await settled(page);
    await page.getByRole("button", { name: "unreachable.nordwind.example" }).first().click();
    const drawer = page.getByRole("dialog", { name: "Order for unreachable.nordwind.example" });
    await expect(drawer.getByText("Failed here")).toBeVisible();
    await expect(drawer.getByText("What to do")).toBeVisible();
    await expect(page).toHaveURL(/order=\d+/);
    await axe(page, "failed order");
    await picture(page, "order-failed", "light", 1440);
    await page.reload();
    await expect(drawer.getByText("Failed here")).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page).not.toHaveURL(/order=/);
    await page.getByRole("button", { name: "Remove the filter State" }).click();
    await page.getByRole("button", { name: "shop.nordwind.example" }).first().click();
    await expect(page.getByRole("dialog").getByText("Done", { exact: true })).toHaveCount(4);
    await picture(page, "order-done", "light", 1440);
  });
});

test.describe("activity", () => {
  test("is verified in plain words", async ({ signedIn: page }) => {
    await page.goto("/activity");
    await settled(page);
    await page.getByRole("button", { name: "Verify" }).click();
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByText("Intact", { exact: true })).toBeVisible();
    await expect(dialog.getByText(/exactly as they were signed/)).toBeVisible();
    await axe(page, "verify");
    await picture(page, "dialog-verify", "light", 1440);
  });

  test("is downloaded in each form", async ({ signedIn: page }) => {
    await page.goto("/activity?result=done");
    await settled(page);
    for (const [item, ending] of [
      ["For spreadsheets, CSV", "csv"],
      ["For programs, JSON", "json"],
      ["To verify elsewhere, NDJSON", "ndjson"],
    ] as const) {
      await page.getByRole("button", { name: "Download", exact: true }).click();
      const waiting = page.waitForEvent("download");
      await page.getByRole("menuitem", { name: item }).click();
      expect((await waiting).suggestedFilename()).toBe(`activity.${ending}`);
    }
  });
});
