import type { Page } from "@playwright/test";

import { withLego } from "./inventory";
import { api, axe, expect, picture, settled, sound, test } from "./support";

const word = () => Date.now().toString(36);

/** A zone whose names need no proof, so that nothing but the rules decides. */
async function trustedZone(page: Page) {
  const zone = `zone-${word()}.browser.test`;
  await api(page, "post", "/acme/domains", {
    domain: zone,
    auto_approve: true,
  });
  return zone;
}

/** lego asks for a refused order until its own time is over: a test does not wait for that. */
const givesUp = (client: Promise<void>) =>
  client.then(
    () => false,
    () => true,
  );

test("somebody approves an order, and refuses another with a reason", async ({
  signedIn: page,
  server,
}) => {
  const zone = await trustedZone(page);
  const service = `careful-${word()}`;
  await page.goto("/enrolment?tab=services");
  await settled(page);
  const dialog = page.getByRole("dialog");
  await page.getByRole("button", { name: "New service" }).click();
  await dialog.getByLabel("Name", { exact: true }).fill(service);
  await dialog.getByRole("checkbox", { name: /^Somebody approves each order/ }).check();
  await dialog.getByRole("button", { name: "Create", exact: true }).click();
  await expect(dialog).toHaveCount(0);
  const row = page.getByRole("row").filter({ hasText: service });
  await expect(row.getByText("Somebody approves")).toBeVisible();

  const [good, bad] = [`good.${zone}`, `bad.${zone}`];
  const directory = `/acme/${service}/directory`;
  const ordered = withLego(page, server, good, directory);
  await page.goto("/enrolment?tab=approvals");
  await expect(page.getByRole("button", { name: good, exact: true })).toBeVisible();
  await expect(page.getByRole("tab", { name: /^Approvals ?1$/ })).toBeVisible();
  await expect(
    page.getByRole("link", { name: /Enrolment.*1 order waits for approval/ }),
  ).toBeVisible();
  await page.getByRole("button", { name: `Approve ${good}` }).click();
  await expect(page.getByText(`${good} is approved, and its certificate is issued.`)).toBeVisible();
  // The client that waited has its certificate.
  await ordered;

  const client = new AbortController();
  const refused = givesUp(withLego(page, server, bad, directory, client.signal));
  await expect(page.getByRole("button", { name: bad, exact: true })).toBeVisible();
  await page.getByRole("button", { name: `Refuse ${bad}` }).click();
  await dialog.getByLabel(/^Reason/).fill("ask the network team first");
  await axe(page, "refusal");
  await picture(page, "dialog-refuse", "light", 1440);
  await dialog.getByRole("button", { name: "Refuse", exact: true }).click();
  await expect(page.getByText(`${bad} is refused.`)).toBeVisible();
  await expect(page.getByText("Nothing waits")).toBeVisible();
  await page.goto("/enrolment?tab=orders&status=invalid");
  const failed = page.getByRole("row").filter({ hasText: bad });
  await expect(failed.getByText("ask the network team first")).toBeVisible();
  client.abort();
  expect(await refused).toBe(true);
});

test("a waiting order is sound, and counted on a phone too", async ({ signedIn: page, server }) => {
  const zone = await trustedZone(page);
  const service = `slow-${word()}`;
  await api(page, "post", "/acme/services", {
    name: service,
    require_approval: true,
  });
  const client = new AbortController();
  const directory = `/acme/${service}/directory`;
  const ordered = givesUp(withLego(page, server, `wait.${zone}`, directory, client.signal));
  await page.goto("/enrolment?tab=approvals");
  const name = page.getByRole("button", { name: `wait.${zone}`, exact: true });
  await expect(name).toBeVisible();
  await sound(page, "enrolment-approvals-waiting");
  await page.setViewportSize({ width: 360, height: 740 });
  await page.getByRole("button", { name: "More" }).click();
  await expect(page.getByRole("menuitem", { name: /Enrolment.*1 order waits/ })).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: `Refuse wait.${zone}` }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Refuse", exact: true }).click();
  await expect(name).toHaveCount(0);
  client.abort();
  expect(await ordered).toBe(true);
});

test("the default service asks for approval when it is told to", async ({ signedIn: page }) => {
  const stored = async () => {
    const { data } = await api(page, "get", "/acme/settings");
    const { require_approval, validity_days } = data as {
      require_approval: boolean;
      validity_days: number;
    };
    return { require_approval, validity_days };
  };
  const before = await stored();
  await page.goto("/enrolment?tab=services");
  await settled(page);
  const change = async (approval: boolean, days: number) => {
    await page.getByRole("button", { name: "default", exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog
      .getByRole("checkbox", { name: /^Somebody approves each order/ })
      .setChecked(approval);
    await dialog.getByLabel("Lifetime of certificates (days)").fill(String(days));
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(dialog).toHaveCount(0);
  };
  await change(true, 47);
  expect(await stored()).toEqual({ require_approval: true, validity_days: 47 });
  await change(false, before.validity_days);
  expect(await stored()).toEqual(before);
});

test("a domain is allowed and forbidden, and a name is tried", async ({ signedIn: page }) => {
  const zone = `shop-${word()}.browser.test`;
  await page.goto("/enrolment?tab=domains");
  await settled(page);
  await page.getByRole("button", { name: "Add domain" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Domain", { exact: true }).fill("not a domain");
  await dialog.getByRole("button", { name: "Add domain" }).click();
  await expect(dialog.getByRole("alert")).toBeVisible();
  await dialog.getByLabel("Domain", { exact: true }).fill(zone);
  await dialog.getByRole("checkbox", { name: "Names need no proof of control" }).check();
  await dialog.getByRole("checkbox", { name: "Wildcards may be ordered" }).uncheck();
  await sound(page, "dialog-domain", [360, 1440]);
  await dialog.getByRole("button", { name: "Add domain" }).click();
  await expect(dialog).toHaveCount(0);
  const row = page.getByRole("row").filter({ hasText: zone });
  await expect(row.getByText("Without proof, no wildcards")).toBeVisible();

  await page.getByLabel("Name", { exact: true }).fill(`www.${zone}`);
  await page.getByRole("button", { name: "Try", exact: true }).click();
  const tried = page.getByRole("status").filter({ hasText: "What counts" });
  await expect(tried.getByText(zone, { exact: true })).toBeVisible();
  await expect(tried.getByText(`_acme-challenge.www.${zone}`, { exact: true })).toBeVisible();
  await sound(page, "enrolment-domains-tried", [360, 1440]);

  await page.getByRole("button", { name: `Edit ${zone}` }).click();
  await dialog.getByRole("radio", { name: "Forbidden" }).check();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(row.getByText("Forbidden")).toBeVisible();
  const resolved = async () =>
    (await api(page, "get", `/acme/domains/resolve?domain=www.${zone}`)).data;
  expect(await resolved()).toMatchObject({
    matched_domain: zone,
    rule: "deny",
  });
  await page.getByRole("button", { name: `Delete ${zone}?` }).click();
  await dialog.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(row).toHaveCount(0);
  expect(await resolved()).toMatchObject({ rule: "allow" });
});

test("quotas hold, are shown and reset, and what is over is forgotten", async ({
  signedIn: page,
  server,
}) => {
  const zone = await trustedZone(page);
  const name = `often.${zone}`;
  await page.goto("/enrolment?tab=limits");
  await settled(page);
  const names = page.getByRole("group", { name: "Name", exact: true });
  const accounts = page.getByRole("group", { name: "Account", exact: true });
  const save = page.getByRole("button", { name: "Save" });
  await names.getByLabel("Orders").fill("none");
  await expect(names.getByText("A number above zero.")).toBeVisible();
  await names.getByLabel("Orders").fill("1");
  // So many that one is free again at once: its count is over as soon as it is made.
  await accounts.getByLabel("Orders").fill("10000000");
  await accounts.getByLabel("In hours").fill("1");
  await save.first().click();
  await expect(page.getByText("Saved.")).toBeVisible();
  const { data } = await api(page, "get", "/acme/settings");
  expect((data as { quotas: unknown }).quotas).toMatchObject({
    account: { orders: 10_000_000, hours: 1 },
    identifier: { orders: 1 },
  });

  await withLego(page, server, name);
  await expect(withLego(page, server, name)).rejects.toThrow(/rateLimited|too many|1 order/i);
  const row = page.getByRole("row").filter({ hasText: name });
  await expect(row.getByText("Has to wait")).toBeVisible();
  await expect(row.getByText("1 of 1")).toBeVisible();
  await sound(page, "enrolment-limits-spent", [360, 1440]);
  await page.getByRole("button", { name: `Let ${name} order again` }).click();
  await expect(row).toHaveCount(0);
  await withLego(page, server, name);

  await page.getByLabel("Failed orders").fill("45");
  await save.last().click();
  await expect(page.getByText("Saved.").last()).toBeVisible();
  await page.reload();
  await expect(page.getByLabel("Failed orders")).toHaveValue("45");
  await page.getByRole("button", { name: "Clean now…" }).click();
  const dialog = page.getByRole("dialog");
  await axe(page, "question before cleaning");
  await dialog.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(page.getByText(/(entry is|entries are) forgotten/)).toBeVisible();
  const over = (await api(page, "get", "/acme/retention")).data as Record<string, number>;
  expect(Object.values(over)).toEqual([0, 0, 0, 0, 0]);

  await names.getByLabel("Orders").fill("");
  await accounts.getByLabel("Orders").fill("");
  await save.first().click();
  await expect
    .poll(async () => (await api(page, "get", "/acme/settings")).data)
    .toMatchObject({
      quotas: { identifier: { orders: 0 }, account: { orders: 0 } },
    });
});

test("statistics say what the server counted", async ({ signedIn: page, inventory }) => {
  void inventory;
  const { data } = await api(page, "get", "/acme/stats");
  const stats = data as {
    orders_by_status: { valid: number; invalid: number };
  };
  await page.goto("/enrolment?tab=statistics");
  await settled(page);
  const main = page.getByRole("tabpanel");
  await expect(
    main.getByRole("link", {
      name: `${stats.orders_by_status.invalid} Failed`,
    }),
  ).toBeVisible();
  const proofs = main.getByRole("table").filter({ hasText: "http-01" });
  await expect(proofs.getByRole("row").filter({ hasText: "http-01" })).toBeVisible();
  await expect(main.getByRole("row").filter({ hasText: "lego-cli" })).toBeVisible();
  await main.getByRole("button", { name: "As table" }).first().click();
  const day = main.getByRole("table").first().getByRole("row").nth(1);
  await expect(day.getByRole("cell").first()).not.toHaveText("0");
  await main.getByRole("button", { name: "As chart" }).first().click();
  await main.getByRole("link", { name: `${stats.orders_by_status.invalid} Failed` }).click();
  await expect(page).toHaveURL(/tab=orders.*status=invalid|status=invalid.*tab=orders/);
});
