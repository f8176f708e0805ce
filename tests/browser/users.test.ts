import { axe, expect, fillLogin, picture, test } from "./support";

const first = "a first phrase for tests 7";
const second = "a second phrase for tests 8";

test.describe("users", () => {
  test("are created, changed, switched off and deleted", async ({ signedIn: page }) => {
    const username = `user-${Date.now().toString(36)}`;
    await page.goto("/settings/users");
    await page.getByRole("button", { name: "Create user" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("User name").fill(username);
    await dialog.getByLabel("Password", { exact: true }).fill(first);
    await dialog.getByRole("button", { name: "Create", exact: true }).click();
    await expect(page.getByText(`${username} can sign in now.`)).toBeVisible();

    const row = page.getByRole("row").filter({ hasText: username });
    const choose = async (action: string) => {
      await page.getByRole("button", { name: `Actions for ${username}` }).click();
      await page.getByRole("menuitem", { name: action }).click();
    };
    await choose("Edit…");
    await dialog.getByLabel("Name", { exact: true }).fill("Una Test");
    await dialog.getByLabel("Role").selectOption("operator");
    await axe(page, "edit user");
    await picture(page, "dialog-user", "light", 1440);
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(row.getByText("Una Test")).toBeVisible();
    await expect(row.getByText("Operator")).toBeVisible();

    await choose("Disable");
    await expect(row.getByText("Disabled")).toBeVisible();
    await choose("Enable");
    await expect(row.getByText("Active")).toBeVisible();

    await choose("Delete…");
    await dialog.getByRole("button", { name: "Delete user" }).click();
    await expect(row).toHaveCount(0);
  });

  test("replace a password that was set for them, before anything else", async ({
    signedIn: page,
    browser,
    baseURL,
  }) => {
    const username = `reset-${Date.now().toString(36)}`;
    await page.goto("/settings/users");
    await page.getByRole("button", { name: "Create user" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("User name").fill(username);
    await dialog.getByLabel("Password", { exact: true }).fill(first);
    await dialog.getByRole("button", { name: "Create", exact: true }).click();
    await page.getByRole("button", { name: `Actions for ${username}` }).click();
    await page.getByRole("menuitem", { name: "Set a new password…" }).click();
    await dialog.getByLabel("New password").fill(second);
    await dialog.getByRole("button", { name: "Set password" }).click();
    await expect(page.getByText(`${username} has a new password.`)).toBeVisible();

    const context = await browser.newContext({
      baseURL,
      ignoreHTTPSErrors: true,
    });
    const theirs = await context.newPage();
    await theirs.goto("/certificates");
    await fillLogin(theirs, second, username);
    await expect(theirs.getByRole("heading", { name: "Choose your own password" })).toBeVisible();
    await axe(theirs, "password");
    await picture(theirs, "password", "light", 1440);
    await theirs.getByLabel("Current password").fill(second);
    await theirs.getByLabel("New password").fill(first);
    await theirs.getByRole("button", { name: "Change password" }).click();
    await expect(theirs.getByRole("heading", { level: 1, name: "Certificates" })).toBeVisible();
    await expect(theirs.getByRole("button", { name: "Issue certificate" })).toHaveAttribute(
      "aria-disabled",
      "true",
    );
    await context.close();
  });
});
