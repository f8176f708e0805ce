import { api, axe, expect, picture, settled, sound, test, uniqueName } from "./support";

test("who is told of what ends is set, and looked for at once", async ({ signedIn: page }) => {
  const stored = async () => {
    const { data } = await api(page, "get", "/system/alerts/expiry");
    return data as {
      alert_days: number[];
      recipients: string[];
      tell_owners: boolean;
    };
  };
  await page.goto("/settings/notices");
  await settled(page);
  const days = page.getByLabel("Days before the end");
  await days.fill("30, 400");
  await expect(page.getByText("1 to 20 numbers from 1 to 365.", { exact: true })).toBeVisible();
  await days.fill("45 10");
  await page.getByLabel("Who is told by mail").fill("not an address@");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await page.getByLabel("Who is told by mail").fill("pki@browser.example");
  await page.getByRole("checkbox", { name: /Whoever made a certificate/ }).uncheck();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  const now = await stored();
  expect([...now.alert_days].sort()).toEqual([10, 45]);
  expect(now.recipients).toEqual(["pki@browser.example"]);
  expect(now.tell_owners).toBe(false);
  await page.getByRole("button", { name: "Look now" }).click();
  await expect(page.getByRole("status").filter({ hasText: /^Looked at \d/ })).toBeVisible();
  await axe(page, "expiry notices");
  await picture(page, "settings-notices-checked", "light", 1440);
  await days.fill("30, 14, 7, 1");
  await page.getByLabel("Who is told by mail").fill("");
  await page.getByRole("checkbox", { name: /Whoever made a certificate/ }).check();
  await page.getByRole("button", { name: "Save" }).click();
  await expect.poll(async () => (await stored()).recipients).toEqual([]);
});

// P-256, of RFC 6979's example; nobody signs with it here.
const key = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYP7UuiVanTHJYet0xjVtaMBJuJI7
Yfps5mliLmDyn7Z5A/4QCLi8maQa6elWKLxk8vGyDC1+n1F3o8KU1EYimQ==
-----END PUBLIC KEY-----`;

test("certificates go to logs, and nothing is issued that these do not promise", async ({
  signedIn: page,
}) => {
  await page.goto("/settings/ct");
  await settled(page);
  await page.getByRole("checkbox", { name: "Submit certificates to logs" }).check();
  await expect(page.getByText("This takes at least one log.")).toBeVisible();
  await page.getByRole("button", { name: "Add log" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Add log" }).click();
  await expect(dialog.getByText("A public key in PEM.")).toBeVisible();
  await dialog.getByLabel("Name", { exact: true }).fill("Nowhere 2027");
  // A port that nobody listens at.
  await dialog.getByLabel("Address").fill("https://127.0.0.1:1/2027");
  await dialog.getByLabel("Public key (PEM)").fill(key);
  await axe(page, "new log");
  await picture(page, "dialog-ct-log", "light", 1440);
  await dialog.getByRole("button", { name: "Add log" }).click();
  await page.getByLabel("So many must promise").fill("2");
  await expect(page.getByText("Between 1 and the number of logs.")).toBeVisible();
  await page.getByLabel("So many must promise").fill("1");
  await page.getByLabel("Wait for all of them (seconds)").fill("2");
  await sound(page, "settings-ct-filled", [360, 1440]);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();

  const verify = await page.request.get("/api/v2/auth/verify");
  const { data: session } = (await verify.json()) as {
    data: { csrf_token: string };
  };
  const name = uniqueName("unlogged");
  const refused = await page.request.post("/api/v2/certificates", {
    headers: { "X-CSRF-Token": session.csrf_token },
    data: { common_name: name, san: [`dns:${name}`] },
  });
  expect(refused.status()).toBe(503);
  expect(await refused.text()).toContain("Nowhere 2027");

  await page.getByRole("checkbox", { name: "Submit certificates to logs" }).uncheck();
  await page.getByRole("button", { name: "Remove log Nowhere 2027" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  const stored = async () => (await api(page, "get", "/settings/ct")).data;
  await expect.poll(stored).toMatchObject({ enabled: false, logs: [] });
});
