import { api, expect, issue, settled, sound, test, uniqueName } from "./support";

test.describe("revocation", () => {
  test("for now is a hold, which is lifted again", async ({ signedIn: page }) => {
    const { id, common_name: name } = await issue(page, uniqueName("hold"));
    await page.goto(`/certificates/${id}`);
    await page.getByRole("button", { name: "Revoke…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("radio", { name: /put it on hold/ }).check();
    await expect(dialog.getByText("until it is taken off hold")).toBeVisible();
    await dialog.getByRole("button", { name: "Put on hold", exact: true }).click();
    await expect(page.getByText(`${name} is on hold.`)).toBeVisible();
    await expect(page.getByText("On hold", { exact: true })).toBeVisible();
    await expect(page.getByText(/^On hold since/)).toBeVisible();
    await sound(page, "certificate-on-hold");
    const held = await api(page, "get", `/certificates/${id}`);
    expect(held.data).toMatchObject({ revoked: true, revoke_reason: "certificateHold" });

    await page.goto(`/certificates?q=${name}`);
    await expect(page.getByRole("cell", { name: "On hold", exact: true })).toBeVisible();
    await page.goto(`/certificates/${id}`);
    await page.getByRole("button", { name: "Revoke…" }).click();
    await expect(dialog.getByRole("radio", { name: /put it on hold/ })).toHaveCount(0);
    await dialog.getByRole("button", { name: "Cancel" }).click();

    await page.getByRole("button", { name: "Take off hold…" }).click();
    await sound(page, "dialog-release");
    await dialog.getByRole("button", { name: "Take off hold", exact: true }).click();
    await expect(page.getByText(`${name} is valid again.`)).toBeVisible();
    await expect(page.getByText("Active", { exact: true }).first()).toBeVisible();
    const released = await api(page, "get", `/certificates/${id}`);
    expect(released.data).toMatchObject({ revoked: false, status: "valid" });
  });

  test("is seen from outside, point by point", async ({ signedIn: page }) => {
    const { data } = await api(page, "get", "/cas");
    const issuing = (data as { id: number; is_root: boolean }[]).find((ca) => !ca.is_root);
    await page.goto(`/authorities/${issuing?.id}`);
    await settled(page);
    await page.getByRole("button", { name: "Check now" }).click();
    const points = page.getByRole("table", { name: "Seen from outside" });
    await expect(points.getByRole("row").filter({ hasText: "OCSP" })).toContainText("Up to date");
    await expect(points.getByRole("row").filter({ hasText: "Revocation list" })).toContainText(
      "Up to date",
    );
    await sound(page, "authority-points");
  });

  test("is published as the authority is told to", async ({ signedIn: page }) => {
    const { data } = await api(page, "post", "/cas", {
      common_name: `Publishing ${Date.now().toString(36)}`,
      ca_type: "root",
    });
    const { id } = data as { id: number };
    await page.goto(`/authorities/${id}`);
    await page.getByRole("button", { name: "Publishing…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("List valid for (days)").fill("none");
    await expect(dialog.getByText("A whole number, at least 1.")).toBeVisible();
    await dialog.getByLabel("List valid for (days)").fill("5");
    await dialog.getByRole("checkbox", { name: "Delta lists" }).check();
    await dialog.getByLabel("Delta list every (hours)").fill("2");
    await dialog.getByRole("checkbox", { name: /A responder of its own/ }).check();
    await sound(page, "dialog-publishing");
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("Saved.")).toBeVisible();
    const { data: config } = await api(page, "get", `/crl/${id}/config`);
    expect(config).toMatchObject({
      crl_validity_days: 5,
      delta_crl_enabled: true,
      delta_crl_interval: 2,
      ocsp_delegated: true,
    });
  });

  test("has a page: every authority, measured from outside, and what was revoked last", async ({
    signedIn: page,
  }) => {
    const { id, common_name: name } = await issue(page, uniqueName("lately"));
    await api(page, "post", `/certificates/${id}/revoke`, { reason: "keyCompromise" });
    const { data } = await api(page, "post", "/cas", {
      common_name: `Listing ${Date.now().toString(36)}`,
      ca_type: "root",
    });
    const ca = data as { id: number; name: string };
    await api(page, "patch", `/crl/${ca.id}/config`, { delta_crl_enabled: true });
    const numberOf = async () =>
      ((await api(page, "get", `/crl/${ca.id}`)).data as { crl_number: number }).crl_number;
    const before = await numberOf();

    await page.goto("/");
    await page.getByRole("link", { name: "Revocation", exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Revocation" })).toBeVisible();
    await page.getByRole("button", { name: "Check now" }).click();
    const points = page.getByRole("table", { name: "Seen from outside" });
    const list = points
      .getByRole("row")
      .filter({ hasText: ca.name })
      .filter({ hasText: "Revocation list" });
    await expect(list).toContainText("Up to date");
    const row = page
      .getByRole("table", { name: "Revocation by authority" })
      .getByRole("row")
      .filter({ hasText: ca.name });
    await expect(row).toContainText("Up to date");
    await expect(page.getByRole("listitem").filter({ hasText: name })).toContainText(
      "The key was exposed",
    );

    await row.getByRole("button", { name: `Actions for ${ca.name}` }).click();
    await page.getByRole("menuitem", { name: "Make a new list" }).click();
    await expect(page.getByText("A new revocation list is published.")).toBeVisible();
    const after = await numberOf();
    expect(after).toBeGreaterThan(before);
    await expect(row).toContainText(`No. ${after}`);

    await row.getByRole("button", { name: `Actions for ${ca.name}` }).click();
    await page.getByRole("menuitem", { name: "Publishing…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("checkbox", { name: "Delta lists" }).uncheck();
    await dialog.getByLabel("Lists (shards)").selectOption("4");
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("Saved.")).toBeVisible();
    const config = await api(page, "get", `/crl/${ca.id}/config`);
    expect(config.data).toMatchObject({ crl_shards: 4, delta_crl_enabled: false });
    await sound(page, "revocation");
  });

  test("of all that match goes on in the background, and says what became of each", async ({
    signedIn: page,
  }) => {
    const word = `many${Date.now().toString(36)}`;
    for (let index = 0; index < 3; index++) await issue(page, `${index}.${word}.test`);
    const { id: old } = await issue(page, `old.${word}.test`);
    await api(page, "post", `/certificates/${old}/revoke`, { reason: "superseded" });

    await page.goto(`/certificates?q=${word}`);
    const table = page.getByRole("table", { name: "Certificates" });
    await expect(table.getByRole("row")).toHaveCount(5);
    await page.getByRole("checkbox", { name: `Select 0.${word}.test` }).check();
    await page.getByRole("button", { name: "Select all 4 that match" }).click();
    await page.getByRole("button", { name: "Revoke all 4…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("radio", { name: /The key was exposed/ }).check();
    await dialog.getByRole("button", { name: "Revoke 4" }).click();
    await expect(dialog.getByText("This is not 4.")).toBeVisible();
    await dialog.getByLabel("Type 4 to confirm").fill("4");
    await sound(page, "dialog-revoke-all");
    await dialog.getByRole("button", { name: "Revoke 4" }).click();

    await expect(page.getByRole("heading", { level: 1, name: /4 certificates/ })).toBeVisible();
    await expect(page.getByText(/^Done/)).toBeVisible();
    const each = page.getByRole("table", { name: "Each certificate" });
    await page.getByRole("radio", { name: "All", exact: true }).check();
    await expect(each.getByRole("row").filter({ hasText: `0.${word}.test` })).toContainText(
      "Revoked",
    );
    await sound(page, "revocation-job");
    const { data } = await api(page, "get", `/certificates?search=${word}`);
    expect((data as { status: string; revoke_reason: string }[]).map((one) => one.status)).toEqual(
      Array<string>(4).fill("revoked"),
    );

    await page.getByRole("link", { name: "Revocation", exact: true }).first().click();
    const jobs = page.getByRole("table", { name: "Revocations of many" });
    await jobs.getByRole("link", { name: "4 certificates" }).first().click();
    await expect(page.getByRole("heading", { level: 1, name: /4 certificates/ })).toBeVisible();
  });
});
