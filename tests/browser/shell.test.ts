import { expect, issue, settled, test, uniqueName } from "./support";

test.describe("the shell", () => {
  test("finds pages, actions and certificates in the palette", async ({ signedIn: page }) => {
    const { common_name } = await issue(page, uniqueName("palette"));
    await page.goto("/");
    await settled(page);
    await page.keyboard.press("Control+k");
    const input = page.getByRole("combobox", { name: "Search and commands" });
    await expect(input).toBeFocused();
    await input.fill(common_name);
    await expect(page.getByRole("option", { name: common_name })).toBeVisible();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { level: 1, name: common_name })).toBeVisible();

    await page.keyboard.press("Control+k");
    await input.fill("enrol");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/\/enrolment/);

    await page.keyboard.press("Control+k");
    await input.fill("issue");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("dialog", { name: "Issue certificate" })).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
  });

  test("is worked with the keyboard", async ({ signedIn: page }) => {
    await issue(page, uniqueName("keys"));
    await issue(page, uniqueName("keys"));
    await page.goto("/certificates");
    await settled(page);
    await page.keyboard.press("/");
    await expect(page.getByRole("searchbox", { name: "Search certificates" })).toBeFocused();
    await page.keyboard.press("Escape");
    await page.keyboard.press("j");
    await expect(page.getByRole("row").nth(1).getByRole("link")).toBeFocused();
    await page.keyboard.press("j");
    await expect(page.getByRole("row").nth(2).getByRole("link")).toBeFocused();
    await page.keyboard.press("k");
    await page.keyboard.press("x");
    await expect(page.getByText("1 selected")).toBeVisible();
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/\/certificates\/\d+/);
    await page.keyboard.press("?");
    await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
  });

  test("keeps the focus in a dialog and gives it back", async ({ signedIn: page }) => {
    await page.goto("/certificates");
    await settled(page);
    const opener = page.getByRole("button", { name: "Issue certificate" });
    await opener.click();
    await expect(page.getByRole("dialog")).toBeVisible();
    for (let step = 0; step < 25; step++) {
      await page.keyboard.press("Tab");
      const outside = await page.evaluate(
        () =>
          document.activeElement !== document.body && !document.activeElement?.closest("dialog"),
      );
      expect(outside).toBe(false);
    }
    // A focused button shows its tooltip, and the first Escape takes that away.
    await expect(async () => {
      await page.keyboard.press("Escape");
      await expect(page.getByRole("dialog")).toHaveCount(0, { timeout: 1000 });
    }).toPass();
    await expect(opener).toBeFocused();
  });

  test("speaks German when told so, and remembers", async ({ signedIn: page }) => {
    await page.goto("/settings/appearance");
    await page.getByRole("radio", { name: "Deutsch" }).check();
    await expect(page.getByRole("heading", { level: 1, name: "Einstellungen" })).toBeVisible();
    await expect(page.locator("html")).toHaveAttribute("lang", "de");
    await page.reload();
    await expect(page.getByRole("heading", { level: 1, name: "Einstellungen" })).toBeVisible();
    await page.getByRole("radio", { name: "English" }).check();
    await expect(page.getByRole("heading", { level: 1, name: "Settings" })).toBeVisible();
  });

  test("remembers the theme", async ({ signedIn: page }) => {
    await page.goto("/settings/appearance");
    await page.getByRole("radio", { name: "Dark" }).check();
    await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
    await page.reload();
    await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  });

  test("says when live events are interrupted", async ({ alone: page }) => {
    await page.routeWebSocket(/\/api\/v2\/live/, (socket) => void socket.close());
    await page.goto("/");
    await expect(page.getByText("Reconnecting", { exact: true }).first()).toBeVisible();
  });

  test("shows a key once", async ({ signedIn: page }) => {
    await page.goto("/settings/keys");
    await page.getByRole("button", { name: "Create API key" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill(uniqueName("key"));
    await page.getByRole("dialog").getByRole("button", { name: "Create", exact: true }).click();
    await expect(page.getByRole("dialog", { name: "Copy the key now" })).toBeVisible();
    await page.getByRole("button", { name: "I have copied it" }).click();
    await expect(page.getByRole("dialog")).toHaveCount(0);
  });

  test("follows the server on Home", async ({ signedIn: page }) => {
    await issue(page, uniqueName("before"));
    await page.goto("/");
    await settled(page);
    await expect(page.getByText("Live", { exact: true }).first()).toBeVisible();
    const { common_name } = await issue(page, uniqueName("home"));
    await expect(page.getByRole("main").getByText(common_name)).toBeVisible();
  });
});
