import { createHmac } from "node:crypto";

import { api, axe, expect, fillLogin, picture, settled, sound, test } from "./support";

const phrase = "a long phrase for tests 7";

/** TOTP by RFC 6238: SHA-1, six digits, thirty seconds. */
function totp(secret: string, at = Date.now()) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret.replace(/=+$/, "").toUpperCase()]
    .map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0"))
    .join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac("sha1", key).update(counter).digest();
  const offset = (mac[mac.length - 1] ?? 0) & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

test.describe("two-factor sign-in", () => {
  test("is set up by a picture, asked for, and switched off", async ({
    signedIn: page,
    browser,
    baseURL,
  }) => {
    const username = `totp-${Date.now().toString(36)}`;
    await api(page, "post", "/users", {
      username,
      role: "viewer",
      password: phrase,
      force_password_change: false,
    });
    const context = await browser.newContext({ baseURL, ignoreHTTPSErrors: true });
    const theirs = await context.newPage();
    await theirs.goto("/settings/account");
    await fillLogin(theirs, phrase, username);
    await theirs.getByRole("button", { name: "Switch on" }).click();
    const dialog = theirs.getByRole("dialog");
    const image = dialog.getByRole("img", { name: /QR code/ });
    await expect(image).toBeVisible();
    expect(await image.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBeGreaterThan(20);
    const secret = (
      await dialog.getByRole("button", { name: /^[A-Z2-7]{16,}/ }).innerText()
    ).replace(/[^A-Z2-7]/g, "");
    await axe(theirs, "two-factor set-up");
    await picture(theirs, "dialog-totp", "light", 1440);
    await dialog.getByLabel("Code").fill("000000");
    await dialog.getByRole("button", { name: "Switch on" }).click();
    await expect(dialog.getByText("The code is wrong")).toBeVisible();
    await dialog.getByLabel("Code").fill(totp(secret));
    await dialog.getByRole("button", { name: "Switch on" }).click();
    await expect(theirs.getByRole("dialog", { name: "Keep these recovery codes" })).toBeVisible();
    const codes = (await dialog.getByRole("figure").innerText()).match(/[\w-]{9,}/g) ?? [];
    expect(codes).toHaveLength(8);
    await axe(theirs, "recovery codes");
    await picture(theirs, "dialog-recovery-codes", "light", 1440);
    await dialog.getByRole("button", { name: "I have kept them" }).click();
    await expect(theirs.getByText("8 recovery codes are left.")).toBeVisible();

    await context.clearCookies();
    await theirs.goto("/login");
    await fillLogin(theirs, phrase, username);
    await expect(theirs.getByRole("heading", { name: "One more step" })).toBeVisible();
    await axe(theirs, "second step");
    await picture(theirs, "login-second-step", "light", 1440);
    await theirs.getByLabel("Code").fill("123");
    await theirs.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(theirs.getByText("The code is wrong")).toBeVisible();
    await theirs.getByRole("button", { name: "The app is not at hand" }).click();
    await theirs.getByLabel("Recovery code").fill(codes[0] ?? "");
    await theirs.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(theirs.getByRole("navigation", { name: "Main" }).first()).toBeVisible();

    await theirs.goto("/settings/account");
    await expect(theirs.getByText("7 recovery codes are left.")).toBeVisible();
    await theirs.getByRole("button", { name: "Switch off" }).click();
    await dialog.getByLabel("Code or recovery code").fill(codes[1] ?? "");
    await dialog.getByRole("button", { name: "Switch off" }).click();
    await expect(theirs.getByRole("button", { name: "Switch on" })).toBeVisible();
    await context.close();
  });
});

test.describe("a second factor that everybody must have", () => {
  test("is set up before anything else", async ({ signedIn: page, browser, baseURL }) => {
    const username = `forced-${Date.now().toString(36)}`;
    await api(page, "post", "/users", {
      username,
      role: "viewer",
      password: phrase,
      force_password_change: false,
    });
    await api(page, "patch", "/settings/general", { enforce_2fa_roles: ["viewer"] });
    const context = await browser.newContext({ baseURL, ignoreHTTPSErrors: true });
    const theirs = await context.newPage();
    await theirs.goto("/certificates");
    await fillLogin(theirs, phrase, username);
    await expect(theirs.getByRole("heading", { name: "Set up a second factor" })).toBeVisible();
    await sound(theirs, "second-factor-needed");
    await theirs.getByRole("button", { name: "Continue" }).click();
    await expect(theirs.getByText("There is none yet.")).toBeVisible();
    await theirs.getByRole("button", { name: "Switch on" }).click();
    const dialog = theirs.getByRole("dialog");
    const secret = (
      await dialog.getByRole("button", { name: /^[A-Z2-7]{16,}/ }).innerText()
    ).replace(/[^A-Z2-7]/g, "");
    await dialog.getByLabel("Code").fill(totp(secret));
    await dialog.getByRole("button", { name: "Switch on" }).click();
    await dialog.getByRole("button", { name: "I have kept them" }).click();
    await theirs.getByRole("button", { name: "Continue" }).click();
    await expect(theirs.getByRole("heading", { level: 1, name: "Certificates" })).toBeVisible();
    await api(page, "patch", "/settings/general", { enforce_2fa_roles: [] });
    await context.close();
  });
});

test.describe("groups and roles", () => {
  test("give rights, and take them away", async ({ signedIn: page, browser, baseURL }) => {
    const stamp = Date.now().toString(36);
    const username = `member-${stamp}`;
    await api(page, "post", "/users", {
      username,
      role: "viewer",
      password: phrase,
      force_password_change: false,
    });
    await page.goto("/settings/groups");
    await settled(page);
    await page.getByRole("button", { name: "New group" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill(`Issuers ${stamp}`);
    await dialog.getByRole("checkbox", { name: "Change: Certificates" }).check();
    await axe(page, "new group");
    await picture(page, "dialog-group", "light", 1440);
    await dialog.getByRole("button", { name: "Create", exact: true }).click();
    const row = page.getByRole("row").filter({ hasText: `Issuers ${stamp}` });
    await expect(row.getByText("1 right", { exact: true })).toBeVisible();

    const choose = async (name: string, action: string) => {
      await page.getByRole("button", { name: `Actions for ${name}` }).click();
      await page.getByRole("menuitem", { name: action }).click();
    };
    await choose(`Issuers ${stamp}`, "Members…");
    await dialog.getByLabel("Add a user").selectOption({ label: username });
    await dialog.getByRole("button", { name: "Add", exact: true }).click();
    await expect(dialog.getByRole("listitem").filter({ hasText: username })).toBeVisible();
    await axe(page, "members");
    await picture(page, "dialog-members", "light", 1440);
    await dialog.getByRole("button", { name: "Close" }).last().click();
    await expect(row.getByText("1 member", { exact: true })).toBeVisible();

    const context = await browser.newContext({ baseURL, ignoreHTTPSErrors: true });
    const theirs = await context.newPage();
    await theirs.goto("/certificates");
    await fillLogin(theirs, phrase, username);
    const issueButton = theirs.getByRole("button", { name: "Issue certificate" });
    await expect(issueButton).toBeVisible();
    await expect(issueButton).not.toHaveAttribute("aria-disabled", "true");
    await context.close();

    await choose(`Issuers ${stamp}`, "Delete…");
    await dialog.getByRole("button", { name: "Delete", exact: true }).click();
    await expect(row).toHaveCount(0);
  });

  test("are made of rights, and shown as a grid", async ({ signedIn: page }) => {
    const name = `helpdesk-${Date.now().toString(36)}`;
    await page.goto("/settings/roles");
    await settled(page);
    const dialog = page.getByRole("dialog");
    await page.getByRole("button", { name: "Actions for Operator" }).click();
    await page.getByRole("menuitem", { name: "Show rights" }).click();
    await expect(
      dialog.getByRole("rowheader", { name: "Certificates", exact: true }),
    ).toBeVisible();
    await axe(page, "role");
    await picture(page, "dialog-role", "light", 1440);
    await dialog.getByRole("button", { name: "Close" }).last().click();

    await page.getByRole("button", { name: "New role" }).click();
    await dialog.getByLabel("Name").fill(name);
    await dialog.getByRole("checkbox", { name: "Read: Certificates" }).check();
    await dialog.getByRole("checkbox", { name: "Read: Requests" }).check();
    await dialog.getByRole("button", { name: "Create", exact: true }).click();
    const row = page.getByRole("row").filter({ hasText: name });
    await expect(row.getByText("2 rights")).toBeVisible();
    await page.getByRole("button", { name: `Actions for ${name}` }).click();
    await page.getByRole("menuitem", { name: "Edit…" }).click();
    await expect(dialog.getByRole("checkbox", { name: "Read: Requests" })).toBeChecked();
    await dialog.getByRole("checkbox", { name: "Read: Requests" }).uncheck();
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(row.getByText("1 right", { exact: true })).toBeVisible();
    await page.getByRole("button", { name: `Actions for ${name}` }).click();
    await page.getByRole("menuitem", { name: "Delete…" }).click();
    await dialog.getByRole("button", { name: "Delete", exact: true }).click();
    await expect(row).toHaveCount(0);
  });
});
