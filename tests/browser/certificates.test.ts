import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { api, expect, issue, settled, sound, test, uniqueName } from "./support";

const run = promisify(execFile);

/** A certificate that ended long ago, below an authority of OpenSSL's making. */
async function expired(name: string) {
  const folder = await mkdtemp(join(tmpdir(), "certwright-expired-"));
  const at = (file: string) => join(folder, file);
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  await writeFile(at("index.txt"), "");
  await writeFile(
    at("ca.cnf"),
    `[ca]\ndefault_ca=own\n[own]\ndatabase=${at("index.txt")}\nnew_certs_dir=${folder}\n` +
      `serial=${at("serial")}\ndefault_md=sha256\npolicy=any\n[any]\ncommonName=supplied\n`,
  );
  await run("openssl", [
    ...["req", "-x509", ...newKey, "-days", "900", "-subj", `/CN=CA of ${name}`],
    ...["-keyout", at("ca.key"), "-out", at("ca.pem")],
  ]);
  await run("openssl", [
    ...["req", "-new", ...newKey, "-subj", `/CN=${name}`],
    ...["-keyout", at("leaf.key"), "-out", at("leaf.csr")],
  ]);
  const { stdout: leaf } = await run("openssl", [
    ...["ca", "-batch", "-notext", "-rand_serial", "-config", at("ca.cnf"), "-in", at("leaf.csr")],
    ...["-cert", at("ca.pem"), "-keyfile", at("ca.key")],
    ...["-startdate", "20240101000000Z", "-enddate", "20240401000000Z"],
  ]);
  const all = leaf + (await readFile(at("ca.pem"), "utf8"));
  await rm(folder, { recursive: true });
  return all;
}

test.describe("certificates", () => {
  test("are issued through the dialog, from names", async ({ signedIn: page }) => {
    const name = uniqueName("dialog");
    await page.goto("/certificates");
    await page.getByRole("button", { name: "Issue certificate" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Names" }).fill("not a name!");
    await expect(dialog.getByText("is neither a host name")).toBeVisible();
    await dialog.getByRole("textbox", { name: "Names" }).fill(name);
    await dialog.getByRole("button", { name: "Issue", exact: true }).click();
    await expect(page.getByRole("dialog").getByText("Issued", { exact: true })).toBeVisible();
    await page.getByRole("button", { name: "Show certificate" }).click();
    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
    await expect(page.getByText("Active", { exact: true }).first()).toBeVisible();
  });

  test("are revoked through the dialog, with a reason", async ({ signedIn: page }) => {
    const { id, common_name } = await issue(page, uniqueName("revoke"));
    await page.goto(`/certificates/${id}`);
    await page.getByRole("button", { name: "Revoke…" }).click();
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByText("This cannot be undone.")).toBeVisible();
    await dialog.getByRole("radio", { name: "A new certificate replaces it" }).check();
    await dialog.getByRole("button", { name: "Revoke", exact: true }).click();
    await expect(page.getByText(`${common_name} is revoked.`)).toBeVisible();
    await expect(page.getByText("Reason: A new certificate replaces it")).toBeVisible();
    const { data } = await api(page, "get", `/certificates/${id}`);
    expect(data).toMatchObject({ revoked: true, revoke_reason: "superseded" });
  });

  test("are renewed through the dialog", async ({ signedIn: page }) => {
    const { id } = await issue(page, uniqueName("renew"));
    await page.goto(`/certificates/${id}`);
    await page.getByRole("button", { name: "Renew" }).first().click();
    await page.getByRole("dialog").getByRole("button", { name: "Renew" }).click();
    await expect(page.getByText(/is renewed\.$/)).toBeVisible();
  });

  test("are revoked together", async ({ signedIn: page }) => {
    const stem = uniqueName("bulk");
    await issue(page, `a.${stem}`);
    await issue(page, `b.${stem}`);
    await page.goto(`/certificates?q=${stem}`);
    await expect(page.getByRole("row")).toHaveCount(3);
    await page.getByLabel("Select all rows of this page").check();
    await expect(page.getByText("2 selected")).toBeVisible();
    await page.getByRole("button", { name: "Revoke 2" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke 2" }).click();
    await expect(page.getByText("2 certificates revoked.")).toBeVisible();
    await expect(page.getByRole("cell", { name: "Revoked", exact: true })).toHaveCount(2);
  });

  test("are downloaded together", async ({ signedIn: page }) => {
    const stem = uniqueName("zip");
    const names = [`a.${stem}`, `b.${stem}`];
    for (const name of names) await issue(page, name);
    await page.goto(`/certificates?q=${stem}`);
    await expect(page.getByRole("row")).toHaveCount(3);
    await page.getByLabel("Select all rows of this page").check();
    await page.getByRole("button", { name: "Download 2" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("radio", { name: /^PKCS#12/ }).check();
    await dialog.getByLabel("Password", { exact: true }).fill("long enough 1");
    await sound(page, "dialog-export-many");
    const waiting = page.waitForEvent("download");
    await dialog.getByRole("button", { name: "Download", exact: true }).click();
    const download = await waiting;
    expect(download.suggestedFilename()).toBe("certificates.zip");
    const folder = await mkdtemp(join(tmpdir(), "certwright-zip-"));
    await run("python3", ["-m", "zipfile", "-e", await download.path(), folder]);
    const files = await readdir(folder);
    expect(files).toHaveLength(2);
    for (const file of files) {
      const { stdout } = await run("openssl", [
        ...["pkcs12", "-in", join(folder, file), "-nodes", "-passin", "pass:long enough 1"],
      ]);
      expect(stdout).toContain("PRIVATE KEY");
      expect(names.some((name) => stdout.includes(name))).toBe(true);
    }
    await rm(folder, { recursive: true });
  });

  test("are deleted together once they have expired", async ({ signedIn: page }) => {
    const stem = uniqueName("expired");
    const { common_name: valid } = await issue(page, `valid.${stem}`);
    await api(page, "post", "/import/execute", { content: await expired(`old.${stem}`) });
    await page.goto(`/certificates?q=${stem}`);
    await expect(page.getByRole("row")).toHaveCount(3);
    await page.getByLabel(`Select ${valid}`).check();
    await expect(page.getByRole("button", { name: "Delete 0" })).toHaveAttribute(
      "aria-disabled",
      "true",
    );
    await page.getByLabel("Select all rows of this page").check();
    await page.getByRole("button", { name: "Delete 1" }).click();
    const dialog = page.getByRole("dialog", { name: "Delete one certificate?" });
    await expect(dialog.getByRole("listitem")).toHaveText([/old\./]);
    await sound(page, "dialog-delete-many");
    await dialog.getByRole("button", { name: "Delete 1" }).click();
    await expect(page.getByText("One certificate deleted.")).toBeVisible();
    await expect(page.getByRole("row")).toHaveCount(2);
    await expect(page.getByRole("link", { name: valid })).toBeVisible();
  });

  test("keep their filters in the address", async ({ signedIn: page }) => {
    await page.goto("/certificates");
    await page
      .getByRole("searchbox", { name: "Search certificates" })
      .fill("browser status:revoked");
    await expect(page).toHaveURL(/q=browser/);
    await expect(page).toHaveURL(/status=revoked/);
    await page.getByRole("button", { name: "Valid until" }).first().click();
    await page.keyboard.press("Escape");
    await page.reload();
    await settled(page);
    await expect(page.getByRole("searchbox", { name: "Search certificates" })).toHaveValue(
      "browser",
    );
    await expect(page.getByRole("button", { name: "Remove the filter State" })).toBeVisible();
    for (const row of await page.getByRole("row").all()) {
      if (await row.getByRole("columnheader").count()) continue;
      await expect(row.getByText("Revoked", { exact: true })).toBeVisible();
    }
    await page.getByRole("button", { name: "Remove the filter State" }).click();
    await expect(page).not.toHaveURL(/status=/);
    await page.goBack();
    await expect(page).toHaveURL(/status=revoked/);
  });

  test("are sorted by the server, and the address says how", async ({ signedIn: page }) => {
    await page.goto("/certificates");
    await page.getByRole("columnheader").getByRole("button", { name: "Days left" }).click();
    await expect(page).toHaveURL(/sort=valid_to/);
    await expect(page.getByRole("columnheader", { name: "Days left" })).toHaveAttribute(
      "aria-sort",
      "ascending",
    );
  });

  test("open beside the list where there is room, at their own address", async ({
    signedIn: page,
  }) => {
    const { id, common_name } = await issue(page, uniqueName("sheet"));
    await page.goto(`/certificates?q=${common_name}`);
    await page.getByRole("link", { name: common_name }).click();
    await expect(page).toHaveURL(new RegExp(`/certificates/${id}`));
    await expect(page.getByRole("heading", { name: common_name })).toBeVisible();
    await expect(page.getByRole("searchbox", { name: "Search certificates" })).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page).toHaveURL(/\/certificates\?q=/);
    await page.goto(`/certificates/${id}`);
    await expect(page.getByRole("searchbox", { name: "Search certificates" })).toHaveCount(0);
  });

  test("show chain, extensions, text and history", async ({ signedIn: page }) => {
    const { id } = await issue(page, uniqueName("tabs"));
    await page.goto(`/certificates/${id}`);
    await page.getByRole("tab", { name: /Chain/ }).click();
    await expect(page).toHaveURL(/tab=chain/);
    await expect(page.getByText("Root", { exact: true })).toBeVisible();
    await page.getByRole("tab", { name: /Extensions/ }).click();
    await expect(page.getByText("2.5.29.15")).toBeVisible();
    await page.getByRole("tab", { name: "Raw" }).click();
    await expect(page.getByText("-----BEGIN CERTIFICATE-----")).toBeVisible();
    await page.getByRole("tab", { name: "Timeline" }).click();
    await expect(page.getByRole("tabpanel").getByRole("listitem").first()).toBeVisible();
  });

  test("that are new appear by themselves", async ({ signedIn: page }) => {
    await page.goto("/certificates");
    await settled(page);
    await expect(page.getByText("Live", { exact: true }).first()).toBeVisible();
    const { common_name } = await issue(page, uniqueName("live"));
    await expect(page.getByRole("link", { name: common_name })).toBeVisible();
  });

  test("that are revoked elsewhere say so by themselves", async ({ signedIn: page }) => {
    const { id, common_name } = await issue(page, uniqueName("elsewhere"));
    await page.goto(`/certificates?q=${common_name}`);
    await settled(page);
    await expect(page.getByText("Live", { exact: true }).first()).toBeVisible();
    await api(page, "post", `/certificates/${id}/revoke`, {
      reason: "superseded",
    });
    await expect(page.getByRole("cell", { name: "Revoked", exact: true })).toBeVisible();
  });

  test("that are new wait while the pointer is on the list", async ({ signedIn: page }) => {
    await issue(page, uniqueName("before"));
    await page.goto("/certificates");
    await settled(page);
    await expect(page.getByText("Live", { exact: true }).first()).toBeVisible();
    await page.getByRole("row").nth(1).hover();
    const { common_name } = await issue(page, uniqueName("live"));
    const show = page.getByRole("button", { name: /new certificate/ });
    await expect(show).toBeVisible();
    await expect(page.getByRole("link", { name: common_name })).toHaveCount(0);
    await show.click();
    await expect(page.getByRole("link", { name: common_name })).toBeVisible();
  });

  test("are downloaded with chain, and with their key", async ({ signedIn: page }) => {
    const { id } = await issue(page, uniqueName("download"));
    await page.goto(`/certificates/${id}`);
    await page.getByRole("button", { name: "Download", exact: true }).click();
    let waiting = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: "With chain, PEM" }).click();
    const file = await readFile(await (await waiting).path(), "utf8");
    const chain = file.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g) ?? [];
    const [leaf, issuer] = chain.map((pem) => new X509Certificate(pem));
    expect(leaf?.subjectAltName).toContain("download-");
    expect(issuer && leaf?.checkIssued(issuer)).toBe(true);

    await page.getByRole("button", { name: "Download", exact: true }).click();
    await page.getByRole("menuitem", { name: "With key, PKCS#12" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Password", { exact: true }).fill("short");
    await expect(dialog.getByRole("button", { name: "Download" })).toHaveAttribute(
      "aria-disabled",
      "true",
    );
    await dialog.getByLabel("Password", { exact: true }).fill("long enough 1");
    waiting = page.waitForEvent("download");
    await dialog.getByRole("button", { name: "Download" }).click();
    const bundle = await (await waiting).path();
    const { stdout } = await run("openssl", [
      ...["pkcs12", "-in", bundle, "-nodes", "-passin", "pass:long enough 1"],
    ]);
    expect(stdout).toContain("PRIVATE KEY");
  });

  test("are issued from a request whose key stays where it is", async ({ signedIn: page }) => {
    const name = uniqueName("request");
    const { stdout: request } = await run("openssl", [
      ...["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"],
      ...["-keyout", "/dev/null", "-subj", `/CN=${name}`, "-addext", `subjectAltName=DNS:${name}`],
    ]);
    await page.goto("/certificates");
    await page.getByRole("button", { name: "Issue certificate" }).click();
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByRole("textbox", { name: "Names" })).toBeFocused();
    await dialog.getByRole("radio", { name: "A request (CSR)" }).check();
    await dialog.getByLabel("Certificate signing request").fill("nonsense");
    await expect(dialog.getByText("not a PEM certificate request")).toBeVisible();
    await dialog.getByLabel("Certificate signing request").fill(request);
    await dialog.getByRole("button", { name: "Issue", exact: true }).click();
    await expect(page.getByText("The private key stayed with you.")).toBeVisible();
    await page.getByRole("button", { name: "Show certificate" }).click();
    await expect(page.getByRole("button", { name: "Renew" }).first()).toHaveAttribute(
      "aria-disabled",
      "true",
    );
  });

  test("that do not exist are said not to", async ({ signedIn: page }) => {
    await page.goto("/certificates/99999999");
    await expect(page.getByText("There is no such certificate")).toBeVisible();
  });
});
