import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { api, axe, expect, picture, settled, test, uniqueName } from "./support";

const run = promisify(execFile);

/** A request made by OpenSSL, and the key that stays with it. */
async function makeRequest(name: string) {
  const folder = await mkdtemp(join(tmpdir(), "certwright-request-"));
  const key = join(folder, "key.pem");
  const { stdout } = await run("openssl", [
    ...["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"],
    ...["-keyout", key, "-subj", `/CN=${name}`, "-addext", `subjectAltName=DNS:${name}`],
  ]);
  const der = join(folder, "request.der");
  await writeFile(join(folder, "request.pem"), stdout);
  await run("openssl", ["req", "-in", join(folder, "request.pem"), "-outform", "DER", "-out", der]);
  return {
    pem: stdout,
    key: await readFile(key, "utf8"),
    der: await readFile(der),
    remove: () => rm(folder, { recursive: true }),
  };
}

test.describe("requests", () => {
  test("are uploaded, signed, and lead to their certificate", async ({ signedIn: page }) => {
    const name = uniqueName("csr");
    const request = await makeRequest(name);
    await page.goto("/requests");
    await settled(page);
    await page.getByRole("button", { name: "Upload request" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Certificate signing request").fill("nonsense");
    await expect(dialog.getByText("not a PEM certificate request")).toBeVisible();
    await dialog.getByLabel("Certificate signing request").fill(request.pem);
    await axe(page, "upload");
    await picture(page, "dialog-request-upload", "light", 1440);
    await dialog.getByRole("button", { name: "Upload", exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
    await expect(page.getByText("Waiting", { exact: true })).toBeVisible();
    await axe(page, "request");
    await picture(page, "request", "light", 1440);

    await page.getByRole("button", { name: "Sign…" }).click();
    await axe(page, "sign");
    await picture(page, "dialog-request-sign", "light", 1440);
    await dialog.getByRole("button", { name: "Issue", exact: true }).click();
    await expect(page.getByText("The private key stayed with you.")).toBeVisible();
    await page.getByRole("button", { name: "Show certificate" }).click();
    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
    await expect(page.getByText("Active", { exact: true }).first()).toBeVisible();

    await page.goto(`/requests?status=issued&q=${name}`);
    await expect(page.getByRole("cell", { name: "Issued", exact: true })).toBeVisible();
    await request.remove();
  });

  test("come as binary files, and take their key later", async ({ signedIn: page }) => {
    const name = uniqueName("der");
    const request = await makeRequest(name);
    await page.goto("/requests");
    await page.getByRole("button", { name: "Upload request" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog
      .locator("input[type=file]")
      .setInputFiles({ name: "request.der", mimeType: "application/pkcs10", buffer: request.der });
    await expect(dialog.getByText("request.der")).toBeVisible();
    await dialog.getByRole("button", { name: "Upload", exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();

    await page.getByRole("button", { name: "Add key…" }).click();
    const other = await makeRequest(uniqueName("other"));
    await dialog.getByLabel("Private key").fill(other.key);
    await dialog.getByRole("button", { name: "Add key", exact: true }).click();
    await expect(dialog.getByText("is not the key of this request").first()).toBeVisible();
    await dialog.getByLabel("Private key").fill(request.key);
    await dialog.getByRole("button", { name: "Add key", exact: true }).click();
    await expect(page.getByText("Here, encrypted")).toBeVisible();
    await request.remove();
    await other.remove();
  });

  test("are generated here, downloaded and deleted", async ({ signedIn: page }) => {
    const name = uniqueName("generated");
    await page.goto("/requests");
    await page.getByRole("button", { name: "Generate" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Names" }).fill(name);
    await axe(page, "generate");
    await picture(page, "dialog-request-generate", "light", 1440);
    await dialog.getByRole("button", { name: "Generate", exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
    await expect(page.getByText("Here, encrypted")).toBeVisible();

    const waiting = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download" }).click();
    const file = await (await waiting).path();
    const { stdout } = await run("openssl", ["req", "-in", file, "-noout", "-verify", "-subject"]);
    expect(stdout).toContain(name);

    await page.getByRole("button", { name: "Delete…" }).click();
    await expect(
      dialog.getByText("The private key that is kept with it is destroyed"),
    ).toBeVisible();
    await dialog.getByRole("button", { name: "Delete", exact: true }).click();
    await expect(page).toHaveURL(/\/requests$/);
    await expect(page.getByRole("link", { name })).toHaveCount(0);
  });

  test("are signed together, and found by the address", async ({ signedIn: page }) => {
    const stem = uniqueName("many");
    for (const one of ["a", "b"]) {
      await api(page, "post", "/csrs", {
        common_name: `${one}.${stem}`,
        sans: [`dns:${one}.${stem}`],
      });
    }
    await page.goto("/requests");
    await page.getByRole("searchbox", { name: "Search requests" }).fill(stem);
    await expect(page).toHaveURL(new RegExp(`q=${stem}`));
    await expect(page.getByRole("row")).toHaveCount(3);
    await page.getByLabel("Select all rows of this page").check();
    await picture(page, "requests-selected", "light", 1440);
    await page.getByRole("button", { name: "Sign 2" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Issue", exact: true }).click();
    await expect(page.getByText("2 certificates issued.")).toBeVisible();
    await expect(page.getByText("No request matches")).toBeVisible();
    await page.goto(`/requests?status=all&q=${stem}`);
    await expect(page.getByRole("cell", { name: "Issued", exact: true })).toHaveCount(2);
  });

  test("are signed by a template", async ({ signedIn: page }) => {
    const name = uniqueName("by-template");
    const { data: created } = await api(page, "post", "/csrs", {
      common_name: name,
      sans: [`dns:${name}`],
    });
    const { data: template } = await api(page, "post", "/templates", {
      name: `Forty days ${name}`,
      template_type: "web_server",
      extended_key_usage: ["serverAuth"],
      validity_days: 40,
      max_validity_days: 47,
    });
    await page.goto(`/requests/${(created as { id: number }).id}`);
    await page.getByRole("button", { name: "Sign…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog
      .getByLabel("Template")
      .selectOption({ label: (template as { name: string }).name });
    await expect(dialog.getByLabel(/^Valid for/)).toHaveValue("40");
    await expect(dialog.getByLabel("Use", { exact: true })).toHaveCount(0);
    await dialog.getByLabel(/^Valid for/).fill("90");
    await dialog.getByRole("button", { name: "Issue", exact: true }).click();
    await expect(dialog.getByRole("alert")).toBeVisible();
    await dialog.getByLabel(/^Valid for/).fill("40");
    await dialog.getByRole("button", { name: "Issue", exact: true }).click();
    await expect(dialog.getByText("Issued", { exact: true })).toBeVisible();
    const { data: used } = await api(page, "get", `/templates/${(template as { id: number }).id}`);
    expect(used).toMatchObject({ usage_count: 1 });
  });

  test("that do not exist are said not to", async ({ signedIn: page }) => {
    await page.goto("/requests/99999999");
    await expect(page.getByText("There is no such request")).toBeVisible();
  });
});
