import { plainText, startMailServer } from "./mail";
import { api, expect, fillLogin, password, settled, sound, test } from "./support";

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

  test("is won back by a link that comes by mail", async ({ signedIn: page, browser, baseURL }) => {
    const mailServer = await startMailServer();
    const name = `forgetful-${Date.now().toString(36)}`;
    const email = `${name}@nordwind.example`;
    await api(page, "post", "/users", {
      username: name,
      email,
      role: "viewer",
      password: "a first phrase for tests 7",
      force_password_change: false,
    });
    const context = await browser.newContext({ baseURL, ignoreHTTPSErrors: true });
    const theirs = await context.newPage();
    await theirs.goto("/login");
    await settled(theirs);
    await expect(theirs.getByRole("link", { name: "Forgotten password?" })).toHaveCount(0);
    await api(page, "patch", "/settings/email", {
      enabled: true,
      smtp_host: "127.0.0.1",
      smtp_port: mailServer.port,
      smtp_tls: false,
      from_email: "certwright@nordwind.example",
    });

    await theirs.reload();
    await theirs.getByRole("link", { name: "Forgotten password?" }).click();
    await theirs.getByLabel("E-mail").fill("nobody");
    await theirs.getByRole("button", { name: "Send link" }).click();
    await expect(theirs.getByText("This is not an e-mail address.")).toBeVisible();
    await theirs.getByLabel("E-mail").fill(email);
    await theirs.getByRole("button", { name: "Send link" }).click();
    await expect(theirs.getByText(/a link is on its way/)).toBeVisible();
    await sound(theirs, "forgot-password");

    const link = () =>
      /https:\/\/\S+\/reset-password#token=[\w-]+/.exec(plainText(mailServer.mails.join("\n")));
    await expect.poll(link).not.toBeNull();
    await theirs.goto(link()?.[0] ?? "");
    await expect(theirs).toHaveURL(/\/reset-password$/);
    await theirs.getByLabel("New password").fill("short");
    await theirs.getByRole("button", { name: "Set password" }).click();
    await expect(theirs.getByText(/At least 12 characters/).first()).toBeVisible();
    await sound(theirs, "reset-password");
    await theirs.getByLabel("New password").fill("a second phrase for tests 8");
    await theirs.getByRole("button", { name: "Set password" }).click();
    await expect(theirs.getByRole("heading", { name: "Sign in" })).toBeVisible();
    await fillLogin(theirs, "a second phrase for tests 8", name);
    await expect(theirs.getByRole("navigation", { name: "Main" }).first()).toBeVisible();

    await theirs.goto("/reset-password");
    await expect(theirs.getByText("This link is not whole.", { exact: false })).toBeVisible();
    await api(page, "patch", "/settings/email", { enabled: false });
    await context.close();
    await mailServer.stop();
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
