import { api, expect, fillLogin, password, signIn, sound, test } from "./support";

test.describe("passkeys in the console", () => {
  test("are added, sign in alone and after the password, and are deleted", async ({
    browser,
    server,
  }) => {
    // An IP address cannot have passkeys (WebAuthn, 5.1.2: the RP ID is a domain).
    const named = server.url.replace("127.0.0.1", "localhost");
    const adminContext = await browser.newContext({ baseURL: server.url, ignoreHTTPSErrors: true });
    const admin = await adminContext.newPage();
    await signIn(admin);
    await admin.goto("/settings/account");
    await expect(admin.getByRole("button", { name: "Add passkey" })).toHaveAttribute(
      "aria-disabled",
      "true",
    );
    await api(admin, "patch", "/settings/general", { base_url: named });
    const person = `passkey-${Date.now().toString(36)}`;
    await api(admin, "post", "/users", {
      username: person,
      role: "viewer",
      password,
      force_password_change: false,
    });

    const context = await browser.newContext({ baseURL: named, ignoreHTTPSErrors: true });
    const page = await context.newPage();
    const devices = await context.newCDPSession(page);
    await devices.send("WebAuthn.enable");
    await devices.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    const inside = page.getByRole("navigation", { name: "Main" }).first();
    await page.goto("/settings/account");
    await fillLogin(page, password, person);
    await page.getByRole("button", { name: "Add passkey" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("Laptop");
    await sound(page, "dialog-passkey");
    await dialog.getByRole("button", { name: "Continue" }).click();
    await expect(page.getByRole("dialog", { name: "Keep these recovery codes" })).toBeVisible();
    await dialog.getByRole("button", { name: "I have kept them" }).click();
    const row = page.getByRole("row").filter({ hasText: "Laptop" });
    await expect(row.getByText("Active", { exact: true })).toBeVisible();
    await sound(page, "settings-passkeys");

    await context.clearCookies();
    await page.goto("/login");
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await expect(inside).toBeAttached();

    await context.clearCookies();
    await page.goto("/login");
    await fillLogin(page, password, person);
    await expect(page.getByRole("heading", { name: "One more step" })).toBeVisible();
    await sound(page, "login-passkey");
    await page.getByRole("button", { name: "Use a passkey" }).click();
    await expect(inside).toBeAttached();

    await page.goto("/settings/account");
    await page.getByRole("button", { name: "Actions for Laptop" }).click();
    await page.getByRole("menuitem", { name: "Delete…" }).click();
    await dialog.getByRole("button", { name: "Delete", exact: true }).click();
    await expect(page.getByText("No passkeys")).toBeVisible();
    await api(admin, "patch", "/settings/general", { base_url: "" });
    await context.close();
    await adminContext.close();
  });
});
