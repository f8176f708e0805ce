import { expect, fillLogin, password, test } from "./support";

test.describe("sign-in", () => {
  test("refuses a wrong password and says so beside the field", async ({ page, complaints }) => {
    void complaints;
    await page.goto("/login");
    await fillLogin(page, "surely not this one");
    await expect(page.getByText("User name or password is wrong.")).toBeVisible();
    await expect(page.getByLabel("Password", { exact: true })).toHaveAttribute(
      "aria-invalid",
      "true",
    );
    await expect(page).toHaveURL(/\/login/);
  });

  test("returns to the place that was asked for", async ({ page, complaints }) => {
    void complaints;
    await page.goto("/certificates?status=expired");
    await expect(page).toHaveURL(/\/login\?next=/);
    await fillLogin(page, password);
    await expect(page).toHaveURL(/\/certificates\?status=expired$/);
    await expect(page.getByRole("heading", { level: 1, name: "Certificates" })).toBeVisible();
  });

  test("never leads to another site", async ({ page, complaints }) => {
    void complaints;
    await page.goto("/login?next=//elsewhere.example/");
    await fillLogin(page, password);
    await expect(page.getByRole("navigation", { name: "Main" }).first()).toBeVisible();
    expect(new URL(page.url()).pathname).toBe("/");
  });

  test("is asked again when the session has ended", async ({ page, complaints }) => {
    void complaints;
    await page.goto("/authorities");
    await fillLogin(page, password);
    await expect(page.getByRole("heading", { level: 1, name: "Authorities" })).toBeVisible();
    await page.context().clearCookies();
    await page.getByRole("link", { name: "Activity" }).first().click();
    await expect(page.getByText("Your session has ended.")).toBeVisible();
    await fillLogin(page, password);
    await expect(page).toHaveURL(/\/activity/);
  });

  test("ends with signing out", async ({ page, complaints }) => {
    void complaints;
    await page.goto("/login");
    await fillLogin(page, password);
    await page
      .getByRole("button", { name: /^Menu of/ })
      .first()
      .click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await expect(page).toHaveURL(/\/login/);
    await page.goto("/certificates");
    await expect(page).toHaveURL(/\/login/);
  });
});
