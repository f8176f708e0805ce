import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { axe, expect, issue, picture, test, uniqueName } from "./support";

const run = promisify(execFile);

/** An authority and a certificate of it that OpenSSL made, as PEM and as PKCS#12. */
async function foreign(name: string) {
  const folder = await mkdtemp(join(tmpdir(), "certwright-import-"));
  const at = (file: string) => join(folder, file);
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  await run("openssl", [
    ...["req", "-x509", ...newKey, "-days", "900", "-subj", `/CN=CA of ${name}`],
    ...["-keyout", at("ca.key"), "-out", at("ca.pem")],
  ]);
  await run("openssl", [
    ...["req", "-x509", ...newKey, "-days", "90", "-subj", `/CN=${name}`],
    ...["-CA", at("ca.pem"), "-CAkey", at("ca.key"), "-addext", `subjectAltName=DNS:${name}`],
    ...["-addext", "basicConstraints=critical,CA:FALSE"],
    ...["-keyout", at("leaf.key"), "-out", at("leaf.pem")],
  ]);
  await run("openssl", [
    ...["pkcs12", "-export", "-in", at("leaf.pem"), "-inkey", at("leaf.key")],
    ...["-certfile", at("ca.pem"), "-passout", "pass:open sesame", "-out", at("all.p12")],
  ]);
  return {
    pem: `Some text before.\n${await readFile(at("leaf.pem"), "utf8")}${await readFile(at("ca.pem"), "utf8")}`,
    p12: await readFile(at("all.p12")),
    remove: () => rm(folder, { recursive: true }),
  };
}

test.describe("import", () => {
  test("shows what a PKCS#12 file holds, then keeps it with its key", async ({
    signedIn: page,
  }) => {
    const name = uniqueName("imported");
    const files = await foreign(name);
    await page.goto("/certificates");
    await page.getByRole("button", { name: "Import…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Next" }).click();
    await expect(dialog.getByText("Paste something, or choose a file.")).toBeVisible();
    await axe(page, "import");
    await picture(page, "dialog-import", "light", 1440);
    await dialog
      .locator("input[type=file]")
      .setInputFiles({ name: "all.p12", mimeType: "application/x-pkcs12", buffer: files.p12 });
    await expect(dialog.getByText("all.p12")).toBeVisible();
    await dialog.getByLabel("Password").fill("wrong");
    await dialog.getByRole("button", { name: "Next" }).click();
    await expect(dialog.getByText(/password is wrong/).first()).toBeVisible();
    await dialog.getByLabel("Password").fill("open sesame");
    await dialog.getByRole("button", { name: "Next" }).click();
    await expect(dialog.getByText("3 objects found")).toBeVisible();
    await expect(dialog.getByText("Will be imported")).toHaveCount(2);
    await axe(page, "import preview");
    await picture(page, "dialog-import-preview", "light", 1440);
    await dialog.getByRole("button", { name: "Import", exact: true }).click();
    await expect(dialog.getByText("2 objects imported")).toBeVisible();
    await axe(page, "import result");
    await picture(page, "dialog-import-result", "light", 1440);
    await dialog.getByRole("button", { name: "Show certificate" }).click();
    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
    await expect(page.getByText("Here, encrypted")).toBeVisible();

    // The same once more: nothing is doubled.
    await page.goto("/certificates");
    await page.getByRole("button", { name: "Import…" }).click();
    await dialog.getByLabel("Content").fill(files.pem);
    await dialog.getByRole("button", { name: "Next" }).click();
    await expect(dialog.getByText("Here already")).toHaveCount(2);
    await expect(dialog.getByRole("button", { name: "Import", exact: true })).toHaveAttribute(
      "aria-disabled",
      "true",
    );
    await files.remove();
  });
});

test.describe("export", () => {
  test("offers every format, and files that other programs read", async ({ signedIn: page }) => {
    const { id } = await issue(page, uniqueName("formats"));
    await page.goto(`/certificates/${id}`);
    await page.getByRole("button", { name: "Download", exact: true }).click();
    await page.getByRole("menuitem", { name: "All formats…" }).click();
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByRole("radio")).toHaveCount(7);
    await axe(page, "export");
    await picture(page, "dialog-export", "light", 1440);

    const save = async () => {
      const waiting = page.waitForEvent("download");
      await dialog.getByRole("button", { name: "Download" }).click();
      const download = await waiting;
      return { path: await download.path(), name: download.suggestedFilename() };
    };
    await dialog.getByRole("radio", { name: /^PKCS#7/ }).check();
    const bundle = await save();
    expect(bundle.name).toMatch(/\.p7b$/);
    const { stdout } = await run("openssl", [
      ...["pkcs7", "-inform", "DER", "-in", bundle.path, "-print_certs", "-noout"],
    ]);
    expect(stdout.match(/subject=/g)?.length).toBeGreaterThan(1);

    await page.getByRole("button", { name: "Download", exact: true }).click();
    await page.getByRole("menuitem", { name: "All formats…" }).click();
    await dialog.getByRole("radio", { name: /^Java KeyStore/ }).check();
    await dialog.getByLabel("Password", { exact: true }).fill("long enough 1");
    const store = await save();
    expect(store.name).toMatch(/\.jks$/);
    expect((await readFile(store.path)).readUInt32BE(0)).toBe(0xfeedfeed);
  });
});
