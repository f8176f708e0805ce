import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { api, expect, sound, test } from "./support";

const run = promisify(execFile);

/** A root that this server never sees the key of: OpenSSL is the offline machine. */
async function offlineRoot(name: string) {
  const folder = await mkdtemp(join(tmpdir(), "certwright-offline-"));
  const openssl = (...args: string[]) => run("openssl", args, { cwd: folder });
  await openssl(
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"],
    ...["-keyout", "root.key", "-out", "root.pem", "-days", "3650", "-subj", `/CN=${name}`],
    ...["-addext", "keyUsage=critical,keyCertSign,cRLSign"],
  );
  await writeFile(
    join(folder, "sub.ext"),
    "basicConstraints=critical,CA:TRUE,pathlen:0\n" +
      "keyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n",
  );
  return {
    root: await readFile(join(folder, "root.pem"), "utf8"),
    sign: async (csr: string) => {
      await writeFile(join(folder, "sub.csr"), csr);
      await openssl(
        ...["x509", "-req", "-in", "sub.csr", "-CA", "root.pem", "-CAkey", "root.key"],
        ...["-days", "365", "-extfile", "sub.ext", "-out", "sub.pem"],
      );
      return readFile(join(folder, "sub.pem"), "utf8");
    },
    list: async () => {
      await writeFile(join(folder, "index.txt"), "");
      await writeFile(join(folder, "number"), "0A\n");
      await writeFile(
        join(folder, "ca.cnf"),
        "[ca]\ndefault_ca=a\n[a]\ndatabase=index.txt\ncrlnumber=number\ndefault_md=sha256\n" +
          "default_crl_days=30\ncrl_extensions=e\n[e]\nauthorityKeyIdentifier=keyid\n",
      );
      await openssl(
        ...["ca", "-config", "ca.cnf", "-gencrl", "-keyfile", "root.key", "-cert", "root.pem"],
        ...["-out", "root.crl"],
      );
      return readFile(join(folder, "root.crl"), "utf8");
    },
    end: () => rm(folder, { recursive: true, force: true }),
  };
}

test("an authority is signed by a root that stays offline", async ({ signedIn: page }) => {
  const stamp = Date.now().toString(36);
  const offline = await offlineRoot(`Vault Root ${stamp}`);
  try {
    const name = `Below Vault ${stamp}`;
    await page.goto("/authorities");
    await page.getByRole("link", { name: "Offline and calendar" }).click();
    await page.getByRole("button", { name: "Make a request" }).click();
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByLabel("Common name").fill(name);
    await page.getByRole("button", { name: "Review" }).click();
    await page.getByRole("button", { name: "Make a request" }).click();
    await expect(
      page.getByRole("heading", { level: 1, name: "Offline authorities" }),
    ).toBeVisible();
    const waiting = page.getByRole("table", { name: "Waiting for an answer" });
    const row = waiting.getByRole("row").filter({ hasText: name });
    await expect(
      page
        .getByRole("table", { name: "Calendar" })
        .getByText(`Bring in the certificate of ${name}`),
    ).toBeVisible();

    const download = page.waitForEvent("download");
    await row.getByRole("link", { name: "CSR" }).click();
    const csr = await readFile(await (await download).path(), "utf8");
    await api(page, "post", "/cas/import", { pem_content: offline.root });
    const certificate = await offline.sign(csr);

    await row.getByRole("button", { name: "Bring in…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Bring in", exact: true }).click();
    await expect(dialog.getByText("This is not PEM")).toBeVisible();
    await sound(page, "dialog-answer");
    await dialog.getByRole("textbox").fill(certificate);
    await dialog.getByRole("button", { name: "Bring in", exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();

    await page.goto("/authorities/offline");
    const elsewhere = page.getByRole("table", { name: "Signed elsewhere" });
    const root = elsewhere.getByRole("row").filter({ hasText: `Vault Root ${stamp}` });
    await root.getByRole("button", { name: "Bring in a list…" }).click();
    await dialog.getByRole("textbox").fill(await offline.list());
    await dialog.getByRole("button", { name: "Bring in", exact: true }).click();
    await expect(page.getByText("A new revocation list is published.")).toBeVisible();

    const below = elsewhere.getByRole("row").filter({ hasText: name });
    await below.getByRole("button", { name: "Request renewal" }).click();
    await expect(row.getByText("Renewal")).toBeVisible();
    await sound(page, "offline");
    await row.getByRole("button", { name: "Give up…" }).click();
    await dialog.getByRole("button", { name: "Give up", exact: true }).click();
    await expect(page.getByText(`The request for ${name} is given up.`)).toBeVisible();
    await expect(row).toHaveCount(0);
  } finally {
    await offline.end();
  }
});
