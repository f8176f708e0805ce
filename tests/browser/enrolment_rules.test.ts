import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { axe, expect, picture, settled, sound, test } from "./support";

const run = promisify(execFile);

/** A request that OpenSSL makes. */
async function opensslRequest(name: string) {
  const folder = await mkdtemp(join(tmpdir(), "certwright-csr-"));
  try {
    await run(
      "openssl",
      [
        ...["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"],
        ...["-keyout", "key.pem", "-out", "csr.pem", "-subj", `/CN=${name}`],
        ...["-addext", `subjectAltName=DNS:${name}`],
      ],
      { cwd: folder },
    );
    return await readFile(join(folder, "csr.pem"), "utf8");
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("a service is made with rules of its own, and its clients are told how", async ({
  signedIn: page,
}) => {
  const name = `shop-${Date.now().toString(36)}`;
  await page.goto("/enrolment?tab=services");
  await settled(page);
  await page.getByRole("button", { name: "New service" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("Not A Name");
  await dialog.getByRole("button", { name: "Create", exact: true }).click();
  await expect(dialog.getByText("Small letters, digits and hyphens only.")).toBeVisible();
  await dialog.getByLabel("Name", { exact: true }).fill(name);
  await dialog.getByLabel("What it is for").fill("The web shop");
  await dialog.getByRole("checkbox", { name: "Only accounts with a credential (EAB)" }).check();
  await dialog.getByRole("checkbox", { name: /^tls-alpn-01/ }).uncheck();
  await dialog.getByLabel("Allowed names").fill("**.shop.example");
  await dialog.getByRole("button", { name: "Add profile" }).click();
  await dialog.getByLabel("Name of profile 1").fill("short");
  await dialog.getByLabel("Lifetime of profile 1 (hours)").fill("160");
  await sound(page, "dialog-service", [360, 1440]);
  await dialog.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.getByText(`${name} takes orders now.`)).toBeVisible();

  // What an ACME client sees of it (RFC 8555, 7.1.1).
  const answer = await page.request.get(`/acme/${name}/directory`);
  const directory = (await answer.json()) as {
    meta: {
      externalAccountRequired: boolean;
      profiles: Record<string, string>;
    };
  };
  expect(directory.meta.externalAccountRequired).toBe(true);
  expect(Object.keys(directory.meta.profiles)).toEqual(["short"]);

  await page.getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: "Connect a client" }).click();
  await expect(page).toHaveURL(new RegExp(`service=${name}`));
  await expect(page.getByText(`/acme/${name}/directory`).first()).toBeVisible();
  for (const client of ["Traefik", "nginx", "Apache mod_md", "HAProxy", "cert-manager"]) {
    await page.getByRole("radio", { name: client, exact: true }).check();
    await expect(page.getByRole("figure", { name: client })).toContainText(
      `/acme/${name}/directory`,
    );
  }
  await expect(page.getByRole("figure", { name: "cert-manager" })).toContainText("KID");
  await expect(page.getByText(/This service asks for a credential/)).toBeVisible();
  await sound(page, "enrolment-service", [360, 1440]);

  await page.goto("/enrolment?tab=services");
  await page.getByRole("button", { name, exact: true }).click();
  await dialog.getByLabel("Forbidden names").fill("admin.shop.example");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toHaveCount(0);
  await page.getByRole("button", { name, exact: true }).click();
  await expect(dialog.getByLabel("Forbidden names")).toHaveValue("admin.shop.example");
  await expect(dialog.getByLabel("Lifetime of profile 1 (hours)")).toHaveValue("160");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: "Delete…" }).click();
  await dialog.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(page.getByText(`${name} is deleted.`)).toBeVisible();
  expect((await page.request.get(`/acme/${name}/directory`)).status()).toBe(404);
});

test("rules say exactly what a request breaks, as fields and as code", async ({
  signedIn: page,
}) => {
  const name = `Strict ${Date.now().toString(36)}`;
  await page.goto("/enrolment?tab=rules");
  await settled(page);
  await page.getByRole("button", { name: "New rules" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill(name);
  const keys = dialog.getByLabel("Allowed keys, with their least size");
  await keys.fill("RSA three");
  await expect(dialog.getByText("Each line: a kind of key, and a number of bits.")).toBeVisible();
  await keys.fill("RSA 3072");
  await dialog.getByLabel("Each name matches").fill("(");
  await dialog.getByRole("button", { name: "Create", exact: true }).click();
  await expect(dialog.getByRole("alert").first()).toBeVisible();
  await dialog.getByLabel("Each name matches").fill("\\.corp\\.example$");
  await dialog.getByRole("radio", { name: "Code" }).check();
  const code = dialog.getByLabel("Rules (JSON)");
  expect(JSON.parse(await code.inputValue())).toEqual({
    authorized_keys: { RSA: 3072 },
    san_regex: "\\.corp\\.example$",
  });
  await code.fill("[1]");
  await expect(dialog.getByText(/Not a JSON object/)).toBeVisible();
  await code.fill('{"authorized_keys":{"RSA":3072},"wildcard_in_san":false,"later":1}');
  await dialog.getByRole("radio", { name: "Form" }).check();
  await expect(dialog.getByRole("checkbox", { name: "Names may be wildcards" })).not.toBeChecked();
  await sound(page, "dialog-csr-profile", [360, 1440]);
  await dialog.getByRole("button", { name: "Create", exact: true }).click();
  await expect(dialog).toHaveCount(0);

  const row = page.getByRole("row").filter({ hasText: name });
  await expect(row.getByText("3 rules")).toBeVisible();
  await page.getByRole("button", { name: `Try a request: ${name}` }).click();
  await dialog.getByLabel("Request (PEM)").fill(await opensslRequest("*.corp.example"));
  await dialog.getByRole("button", { name: "Check" }).click();
  await expect(dialog.getByText("It breaks 2 rules:")).toBeVisible();
  await expect(dialog.getByText(/Key type 'EC.secp256r1' is not authorized/)).toBeVisible();
  await expect(dialog.getByText("Wildcard SAN '*.corp.example' is not permitted")).toBeVisible();
  await axe(page, "request that breaks rules");
  await picture(page, "dialog-csr-test", "light", 1440);
  await dialog.getByRole("button", { name: "Close" }).last().click();

  await page.getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: "Delete…" }).click();
  await dialog.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(row).toHaveCount(0);
});

test("an account shows what happens to its orders, and is bound by rules and names", async ({
  signedIn: page,
  inventory,
}) => {
  void inventory;
  const rules = `Bound ${Date.now().toString(36)}`;
  await page.goto("/enrolment?tab=rules");
  await settled(page);
  await page.getByRole("button", { name: "New rules" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill(rules);
  await dialog.getByRole("button", { name: "Create", exact: true }).click();
  await expect(dialog).toHaveCount(0);

  await page.goto("/enrolment?tab=accounts");
  await page.getByRole("button", { name: "ops@unreachable.nordwind.example" }).click();
  const drawer = page.getByRole("dialog", {
    name: "ops@unreachable.nordwind.example",
  });
  await expect(drawer.getByText("The last order failed.")).toBeVisible();
  await expect(drawer.getByText("What to do")).toBeVisible();
  await expect(page).toHaveURL(/account=\d+/);
  await drawer.getByLabel("Rules for its requests").selectOption({ label: rules });
  await expect(page.getByText("Saved.")).toBeVisible();
  await sound(page, "enrolment-account", [360, 1440]);
  await page.reload();
  await expect(drawer.getByLabel("Rules for its requests").locator("option:checked")).toHaveText(
    rules,
  );
  await drawer.getByLabel("Rules for its requests").selectOption({ label: "None" });
  await expect(page.getByText("Saved.")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page).not.toHaveURL(/account=/);

  await page.getByRole("tab", { name: "Allowed names" }).click();
  await page.getByRole("button", { name: "Allow a name" }).first().click();
  await dialog.getByLabel("Name or address").fill("not a name");
  await dialog.getByRole("button", { name: "Allow a name" }).click();
  await expect(dialog.getByRole("alert")).toBeVisible();
  await dialog.getByLabel("Name or address").fill("*.nordwind.example");
  await dialog.getByRole("button", { name: "Allow a name" }).click();
  await expect(page.getByText("*.nordwind.example is in the list.")).toBeVisible();
  const count = page.getByRole("button", {
    name: "Accounts that may order *.nordwind.example",
  });
  await count.click();
  const choice = dialog.getByLabel("Give it to an account");
  const option = choice.locator("option", { hasText: "ops@unreachable" });
  await choice.selectOption((await option.getAttribute("value")) ?? "");
  await dialog.getByRole("button", { name: "Give", exact: true }).click();
  await expect(dialog.getByRole("listitem").filter({ hasText: "ops@unreachable" })).toBeVisible();
  await axe(page, "accounts of a name");
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await expect(count).toHaveText("1");
  await sound(page, "enrolment-names", [360, 1440]);
  await page.getByRole("button", { name: "Delete *.nordwind.example?" }).click();
  await dialog.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(page.getByText("*.nordwind.example is deleted.")).toBeVisible();
});

test("maintenance begins after a question, and ends", async ({ signedIn: page }) => {
  await page.goto("/enrolment?tab=operations");
  await settled(page);
  const isOn = async () => {
    const answer = await page.request.get("/api/maintenance");
    return ((await answer.json()) as { maintenance_mode: boolean }).maintenance_mode;
  };
  await page.getByRole("button", { name: "Begin maintenance…" }).click();
  const dialog = page.getByRole("dialog", { name: "Take no more orders?" });
  await dialog.getByRole("button", { name: "Cancel" }).click();
  expect(await isOn()).toBe(false);
  await page.getByRole("button", { name: "Begin maintenance…" }).click();
  await dialog.getByRole("button", { name: "Begin maintenance", exact: true }).click();
  await expect(page.getByText("No new orders are taken.")).toBeVisible();
  expect(await isOn()).toBe(true);
  await axe(page, "maintenance");
  await page.getByRole("button", { name: "End maintenance" }).click();
  await expect(page.getByText("Orders are taken again.")).toBeVisible();
  expect(await isOn()).toBe(false);
});
