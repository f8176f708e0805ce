import { createSocket, type Socket } from "node:dgram";

import { plainText, startMailServer } from "./mail";
import { api, axe, expect, picture, settled, sound, test } from "./support";

test.describe("mail", () => {
  test("is set up, tried out, and sent", async ({ alone: page, complaints }) => {
    const mail = await startMailServer();
    await page.goto("/settings/mail");
    await settled(page);
    await expect(page.getByRole("button", { name: "Send a test message" })).toHaveAttribute(
      "aria-disabled",
      "true",
    );
    await page.getByLabel("Mail server (SMTP)").fill("");
    await page.getByRole("checkbox", { name: "Send mail" }).check();
    await expect(page.getByText("Without a server there is nowhere to send to.")).toBeVisible();
    await page.getByLabel("Mail server (SMTP)").fill("127.0.0.1");
    await page.getByLabel("Port").fill("70000");
    await expect(page.getByText("A number from 1 to 65535.")).toBeVisible();
    await page.getByLabel("Port").fill(String(mail.port));
    await page.getByLabel("Sender’s address").fill("ca@browser.example");
    await page.getByLabel("Sender’s name").fill("Browser test");
    await page.getByRole("checkbox", { name: "Only over TLS" }).uncheck();
    await sound(page, "settings-mail-filled");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("Saved.")).toBeVisible();

    await page.getByLabel("Send a test message to").fill("anna@browser.example");
    await page.getByRole("button", { name: "Send a test message" }).click();
    await expect(page.getByText(/took the message to anna@browser.example/)).toBeVisible();
    expect(mail.mails.join("\n")).toContain("To: <anna@browser.example>");
    expect(plainText(mail.mails[0] ?? "")).not.toBe("");

    // A server that is not there: its own words, and nothing is pretended.
    await mail.stop();
    await page.getByRole("button", { name: "Send a test message" }).click();
    await expect(page.getByRole("alert")).toBeVisible();
    // Chromium logs the refusal, which is what is wanted here.
    complaints.splice(0);
    await axe(page, "mail that failed");
    await picture(page, "settings-mail-failed", "light", 1440);
    await api(page, "patch", "/settings/email", { enabled: false });
  });
});

test.describe("activity log", () => {
  test("is forwarded to a syslog server", async ({ signedIn: page }) => {
    const received: string[] = [];
    const socket: Socket = createSocket("udp4");
    socket.on("message", (message) => received.push(String(message)));
    await new Promise<void>((done) => socket.bind(0, "127.0.0.1", done));
    await page.goto("/settings/log");
    await settled(page);
    await page.getByRole("checkbox", { name: "Forward the activity" }).check();
    await page.getByRole("radio", { name: "UDP", exact: true }).check();
    await page.getByLabel("Syslog server").fill("127.0.0.1");
    await page.getByLabel("Port").fill(String(socket.address().port));
    await page.getByRole("checkbox", { name: "Users and sign-in" }).check();
    await page.getByRole("button", { name: "Save" }).last().click();
    await expect(page.getByText("Saved.")).toBeVisible();
    await page.getByRole("button", { name: "Send a test message" }).click();
    await expect(page.getByText("Sent. Look for it at the syslog server.")).toBeVisible();
    await expect.poll(() => received.join("\n")).toMatch(/^<\d+>1 /m);
    await page.reload();
    await expect(page.getByRole("checkbox", { name: "Users and sign-in" })).toBeChecked();
    await page.getByRole("radio", { name: "TCP with TLS" }).check();
    await sound(page, "settings-log-tls");
    await page.reload();
    await page.getByRole("checkbox", { name: "Forward the activity" }).uncheck();
    await page.getByRole("button", { name: "Save" }).last().click();
    await expect(page.getByText("Saved.")).toBeVisible();
    socket.close();
  });

  test("is kept as long as is said", async ({ signedIn: page }) => {
    await page.goto("/settings/log");
    await settled(page);
    const days = page.getByLabel("Keep entries for (days)");
    await expect(days).toHaveValue("365");
    await days.fill("0");
    await expect(page.getByText("A number above zero.")).toBeVisible();
    await days.fill("400");
    await page.getByRole("checkbox", { name: "Delete older ones" }).check();
    await page.getByRole("button", { name: "Save" }).first().click();
    await expect(page.getByText("Saved.")).toBeVisible();
    await page.reload();
    await expect(days).toHaveValue("400");
    await days.fill("365");
    await page.getByRole("checkbox", { name: "Delete older ones" }).uncheck();
    await page.getByRole("button", { name: "Save" }).first().click();
    await expect(page.getByText("Saved.")).toBeVisible();
  });
});

test.describe("limits", () => {
  test("are changed, counted and begun anew", async ({ signedIn: page }) => {
    await page.goto("/settings/limits");
    await settled(page);
    await page.getByLabel("Expensive").fill("10");
    await page.getByRole("button", { name: "Save" }).click();
    // The server knows the least that keeps the console usable.
    await expect(page.getByText(/nor between 60 and 1000000/).first()).toBeVisible();
    await page.getByLabel("Expensive").fill("600");
    await page.getByLabel("Never limited").fill("10.20.0.0/16");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("Saved.")).toBeVisible();
    await page.reload();
    await expect(page.getByLabel("Expensive")).toHaveValue("600");
    await expect(page.getByLabel("Never limited")).toHaveValue("10.20.0.0/16");
    const ordinary = page.getByRole("row").filter({ hasText: "Ordinary" });
    await expect(ordinary.getByRole("cell").nth(1)).not.toHaveText("0");
    await axe(page, "limits");
    await picture(page, "settings-limits", "light", 1440);
    await page.getByRole("button", { name: "Begin anew" }).click();
    await expect(page.getByText("Everybody begins anew.")).toBeVisible();
    await page.getByLabel("Expensive").fill("");
    await page.getByLabel("Never limited").fill("");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("Saved.")).toBeVisible();
    await expect(page.getByLabel("Expensive")).toHaveValue("");
  });
});

test.describe("sign-in rules", () => {
  test("ask a second factor of roles, and let certificates sign in", async ({ signedIn: page }) => {
    await page.goto("/settings/security");
    await settled(page);
    await page.getByRole("radio", { name: /Some roles/ }).check();
    await expect(page.getByText("Choose at least one role.")).toBeVisible();
    await page.getByRole("checkbox", { name: "Auditor" }).check();
    await page.getByRole("button", { name: "Save" }).first().click();
    await expect(page.getByText("Saved.")).toBeVisible();
    await page.reload();
    await expect(page.getByRole("checkbox", { name: "Auditor" })).toBeChecked();
    await axe(page, "sign-in rules");
    await picture(page, "settings-security", "light", 1440);
    await page.getByRole("radio", { name: /Whoever wants to/ }).check();
    await page.getByRole("button", { name: "Save" }).first().click();
    await expect(page.getByText("Saved.").last()).toBeVisible();

    const allowed = async () => {
      const { data } = await api(page, "get", "/account/mtls/settings");
      return (data as { enabled: boolean }).enabled;
    };
    const box = page.getByRole("checkbox", { name: "Certificates may sign people in" });
    await box.check();
    await page.getByRole("button", { name: "Save" }).last().click();
    await expect.poll(allowed).toBe(true);
    await box.uncheck();
    await page.getByRole("button", { name: "Save" }).last().click();
    await expect.poll(allowed).toBe(false);
  });

  test("a client certificate is issued once with its key, switched off, revoked", async ({
    signedIn: page,
  }) => {
    const name = `Laptop ${Date.now().toString(36)}`;
    await page.goto("/settings/account");
    await settled(page);
    await page.getByRole("button", { name: "Add certificate" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Issue" }).click();
    await expect(dialog.getByText("It needs a name.")).toBeVisible();
    await dialog.getByLabel("Name").fill(name);
    await axe(page, "new client certificate");
    await picture(page, "dialog-client-certificate", "light", 1440);
    await dialog.getByRole("button", { name: "Issue" }).click();
    await expect(page.getByRole("dialog", { name: "Take the key with you now" })).toBeVisible();
    const waiting = page.waitForEvent("download");
    await dialog.getByRole("button", { name: "Download key and certificate" }).click();
    const stream = await (await waiting).createReadStream();
    let text = "";
    for await (const part of stream) text += String(part);
    expect(text).toContain("PRIVATE KEY");
    expect(text).toContain("BEGIN CERTIFICATE");
    await axe(page, "client certificate made");
    await dialog.getByRole("button", { name: "I have kept them" }).click();

    const row = page.getByRole("row").filter({ hasText: name });
    await expect(row.getByText("Active", { exact: true })).toBeVisible();
    const choose = async (action: string) => {
      await page.getByRole("button", { name: `Actions for ${name}` }).click();
      await page.getByRole("menuitem", { name: action }).click();
    };
    await choose("Disable");
    await expect(row.getByText("Disabled", { exact: true })).toBeVisible();
    await choose("Enable");
    await expect(row.getByText("Active", { exact: true })).toBeVisible();
    await choose("Revoke…");
    await dialog.getByRole("button", { name: "Revoke", exact: true }).click();
    await expect(page.getByText(`${name} is revoked.`)).toBeVisible();
  });
});
