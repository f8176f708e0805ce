import { isSignedWith, startReceiver } from "./receiver";
import { api, axe, expect, issue, picture, settled, sound, test, uniqueName } from "./support";

test("a webhook is made, tried, fails and recovers, and what was sent is seen", async ({
  signedIn: page,
}) => {
  const receiver = await startReceiver();
  const name = `Chat ${Date.now().toString(36)}`;
  const stored = async () => {
    const { data } = await api(page, "get", "/webhooks");
    return (data as { name: string; enabled: boolean; events: string[] }[]).find(
      (one) => one.name === name,
    );
  };
  await page.goto("/settings/webhooks");
  await settled(page);
  await page.getByRole("button", { name: "New webhook" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("radio", { name: "Only these" }).check();
  await dialog.getByRole("button", { name: "Create", exact: true }).click();
  await expect(dialog.getByText("It needs a name.")).toBeVisible();
  await expect(dialog.getByText(/An address that begins with/)).toBeVisible();
  await expect(dialog.getByText("Choose at least one event.")).toBeVisible();
  await dialog.getByLabel("Name", { exact: true }).fill(name);
  await dialog.getByLabel("Address").fill(receiver.url);
  await dialog.getByRole("checkbox", { name: "A certificate was issued", exact: true }).check();
  await dialog.getByLabel("How it signs in there").selectOption("bearer");
  await dialog.getByLabel("Token", { exact: true }).fill("a bearer's token 8");
  await dialog.getByLabel(/^Headers of your own/).fill("X-Team");
  await expect(dialog.getByText("Each line: a name, a colon, a value.")).toBeVisible();
  await dialog.getByLabel(/^Headers of your own/).fill("X-Team: web");
  await sound(page, "dialog-webhook", [360, 1440]);
  await dialog.getByRole("button", { name: "Create", exact: true }).click();
  const shown = page.getByRole("dialog", { name: "Copy the secret now" });
  const secret = (await shown.getByRole("figure", { name: "Secret" }).innerText()).trim();
  expect(secret.length).toBeGreaterThan(30);
  await axe(page, "secret of a webhook");
  await shown.getByRole("button", { name: "I have copied it" }).click();
  expect((await stored())?.events).toEqual(["certificate.issued"]);

  const choose = async (action: string) => {
    await page.getByRole("button", { name: `Actions for ${name}` }).click();
    await page.getByRole("menuitem", { name: action }).click();
  };
  // Nobody vouches for the receiver yet, and the console says so in the server's words.
  await choose("Send a test event");
  await expect(page.getByRole("alert")).toBeVisible();
  expect(receiver.received).toHaveLength(0);
  await choose("Edit…");
  await dialog.getByLabel(/^Authority of the server/).fill(receiver.certificate);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toHaveCount(0);
  await choose("Send a test event");
  await expect(page.getByText(new RegExp(`${name} answered 204`))).toBeVisible();
  expect(receiver.received).toHaveLength(1);

  const certificate = await issue(page, uniqueName("hook"));
  await expect.poll(() => receiver.received.length).toBe(2);
  const [, event] = receiver.received;
  expect(event?.headers.authorization).toBe("Bearer a bearer's token 8");
  expect(event?.headers["x-team"]).toBe("web");
  expect(event && isSignedWith(secret, event)).toBe(true);
  expect(event?.body).toContain(certificate.common_name);

  await page.getByRole("button", { name, exact: true }).click();
  const drawer = page.getByRole("dialog", { name: `Deliveries to ${name}` });
  await expect(drawer.getByText("Arrived", { exact: true })).toBeVisible();
  await drawer.getByText("A certificate was issued").click();
  await expect(drawer.getByRole("figure", { name: "What is sent" })).toContainText(
    certificate.common_name,
  );
  await sound(page, "webhook-deliveries", [360, 1440]);
  await drawer.getByRole("button", { name: /^Send delivery \d+ again$/ }).click();
  await expect.poll(() => receiver.received.length).toBe(3);
  const deliveries = receiver.received
    .slice(1)
    .map(({ headers }) => headers["x-certwright-delivery"]);
  expect(deliveries[0]).toBe(deliveries[1]);
  await page.keyboard.press("Escape");

  receiver.answers.status = 500;
  await issue(page, uniqueName("hook"));
  await expect.poll(() => receiver.received.length).toBe(4);
  await page.reload();
  const row = page.getByRole("row").filter({ hasText: name });
  await expect(row.getByText("Fails", { exact: true })).toBeVisible();
  await picture(page, "settings-webhooks-failing", "light", 1440);
  await axe(page, "webhook that fails");
  receiver.answers.status = 204;
  await page.getByRole("button", { name, exact: true }).click();
  await drawer
    .getByRole("button", { name: /^Send delivery \d+ again$/ })
    .first()
    .click();
  await expect.poll(() => receiver.received.length).toBeGreaterThan(4);
  await page.keyboard.press("Escape");
  await page.reload();
  await expect(row.getByText("On", { exact: true })).toBeVisible();

  await choose("New secret…");
  await dialog.getByRole("button", { name: "Make a new secret" }).click();
  const second = (await shown.getByRole("figure", { name: "Secret" }).innerText()).trim();
  expect(second).not.toBe(secret);
  await shown.getByRole("button", { name: "I have copied it" }).click();
  const before = receiver.received.length;
  await issue(page, uniqueName("hook"));
  await expect.poll(() => receiver.received.length).toBeGreaterThan(before);
  const last = receiver.received.at(-1);
  expect(last && isSignedWith(second, last)).toBe(true);

  await choose("Switch off");
  await expect(row.getByText("Off", { exact: true })).toBeVisible();
  expect((await stored())?.enabled).toBe(false);
  await choose("Delete…");
  await dialog.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(row).toHaveCount(0);
  expect(await stored()).toBeUndefined();
  await receiver.stop();
});
