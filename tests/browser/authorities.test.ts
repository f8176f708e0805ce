import { api, expect, sound, test } from "./support";

test.describe("authorities", () => {
  test("are made step by step, and tried out before", async ({ signedIn: page }) => {
    const name = `Tried CA ${Date.now().toString(36)}`;
    await page.goto("/authorities");
    await page.getByRole("button", { name: "New intermediate" }).click();
    const next = page.getByRole("button", { name: "Next" });
    await expect(page.getByRole("radio", { name: /signed here/ })).toBeChecked();
    await sound(page, "wizard-kind");
    await next.click();

    await expect(page.getByRole("heading", { level: 2, name: "Subject" })).toBeFocused();
    await next.click();
    await expect(page.getByText("It needs a name.")).toBeVisible();
    await page.getByLabel("Common name").fill(name);
    await page.getByLabel("Country").fill("CH");
    const verdict = page.getByRole("region", { name: "What would become of it" });
    await expect(verdict.getByText(/^(Works everywhere|Works, with reservations)$/)).toBeVisible();
    await expect(verdict.getByText(/of \d+ trials pass/)).toBeVisible();
    // A reload loses nothing.
    await page.reload();
    await next.click();
    await expect(page.getByLabel("Common name")).toHaveValue(name);
    await next.click();
    await page.getByLabel("Key", { exact: true }).selectOption("P-384");
    await next.click();
    await page.getByLabel("Valid for (years)").fill("60");
    await next.click();
    await expect(page.getByText("A whole number of years, up to 50.")).toBeVisible();
    await page.getByLabel("Valid for (years)").fill("3");
    await next.click();

    await page.getByLabel("Only these names").fill("DNS:example.test\nnonsense of a name");
    await page.getByLabel("Policies").fill("1.3.6.1.4.1.99999.1 https://pki.example.test/cps");
    await expect(verdict.getByText(/nonsense of a name/).first()).toBeVisible();
    await page.getByLabel("Only these names").fill("DNS:example.test");
    await expect(verdict.getByText(/of \d+ trials pass/)).toBeVisible();
    await sound(page, "wizard-limits");
    await next.click();
    await page.getByLabel("Revocation list").fill("http://pki.example.test/sub.crl");
    await next.click();

    await expect(page.getByRole("heading", { level: 2, name: "Review" })).toBeFocused();
    await expect(page.getByRole("list", { name: "Each trial" })).toBeVisible();
    await expect(page.getByText("https://pki.example.test/cps")).toBeVisible();
    await sound(page, "wizard-review");
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
    const id = Number(page.url().split("/").pop());
    const { data } = await api(page, "get", `/cas/${id}`);
    expect(data).toMatchObject({
      common_name: name,
      country: "CH",
      key_size: 384,
      path_length: 0,
      name_constraints_permitted: ["DNS:example.test"],
      policies: [{ oid: "1.3.6.1.4.1.99999.1", cps: "https://pki.example.test/cps" }],
      cdp_urls: ["http://pki.example.test/sub.crl"],
    });
  });

  test("that nobody would take are not made", async ({ signedIn: page }) => {
    const { data } = await api(page, "post", "/cas", {
      common_name: `Narrow ${Date.now().toString(36)}`,
      ca_type: "root",
      name_constraints_permitted: ["DNS:narrow.test"],
      extended_key_usage: ["serverAuth"],
    });
    const parent = data as { id: number };
    await page.goto("/authorities/new?kind=intermediate");
    await page.getByRole("combobox", { name: "Signed by" }).selectOption(String(parent.id));
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByLabel("Common name").fill("Wide CA");
    await page.getByRole("button", { name: "Limits" }).click();
    await page.getByRole("checkbox", { name: "Client" }).check();
    const verdict = page.getByRole("region", { name: "What would become of it" });
    await expect(verdict.getByText("Would not work")).toBeVisible();
    await sound(page, "wizard-refused");
    await page.getByRole("button", { name: "Review" }).click();
    const create = page.getByRole("button", { name: "Create", exact: true });
    await expect(create).toHaveAttribute("aria-disabled", "true");
    await page.evaluate(() => sessionStorage.clear());
  });

  test("are renewed over their key, and then with a new one", async ({ signedIn: page }) => {
    const name = `Renewed CA ${Date.now().toString(36)}`;
    const { data } = await api(page, "post", "/cas", { common_name: name, ca_type: "root" });
    const { id, serial_number } = data as { id: number; serial_number: string };
    await page.goto(`/authorities/${id}`);
    await page.getByRole("button", { name: "Renew…" }).click();
    const dialog = page.getByRole("dialog");
    await sound(page, "dialog-authority-renew");
    await dialog.getByRole("button", { name: "Renew", exact: true }).click();
    await expect(page.getByText(`${name} is renewed.`)).toBeVisible();
    const former = page.getByRole("table", { name: "Further certificates of this authority" });
    await expect(former.getByText("Former", { exact: true })).toBeVisible();
    const { data: renewed } = await api(page, "get", `/cas/${id}`);
    expect((renewed as { serial_number: string }).serial_number).not.toBe(serial_number);

    await page.getByRole("button", { name: "Renew…" }).click();
    await dialog.getByRole("radio", { name: /A new key/ }).check();
    await dialog.getByRole("checkbox", { name: /takes over at once/ }).check();
    await dialog.getByRole("button", { name: "Renew", exact: true }).click();
    await expect(page.getByText(`${name} has a successor.`)).toBeVisible();
    await expect(page).not.toHaveURL(new RegExp(`/authorities/${id}$`));
  });

  test("are cross-signed by another", async ({ signedIn: page }) => {
    const stamp = Date.now().toString(36);
    const make = async (name: string) =>
      (await api(page, "post", "/cas", { common_name: `${name} ${stamp}`, ca_type: "root" }))
        .data as { id: number };
    const { id } = await make("New root");
    await make("Trusted root");
    await page.goto(`/authorities/${id}`);
    await page.getByRole("button", { name: "Cross-sign…" }).click();
    const dialog = page.getByRole("dialog");
    const signer = dialog.getByLabel("Signed by");
    const option = signer.getByRole("option").filter({ hasText: `Trusted root ${stamp}` });
    await signer.selectOption(await option.getAttribute("value"));
    await sound(page, "dialog-cross-sign");
    await dialog.getByRole("button", { name: "Cross-sign", exact: true }).click();
    await expect(
      page.getByText(`Trusted root ${stamp} has cross-signed New root ${stamp}.`),
    ).toBeVisible();
    const further = page.getByRole("table", { name: "Further certificates of this authority" });
    await expect(further.getByText("Cross-signed", { exact: true })).toBeVisible();
    await sound(page, "authority-further");
  });

  test("are drawn as a graph, with who cross-signed them", async ({ signedIn: page }) => {
    const stamp = Date.now().toString(36);
    const make = async (name: string, more: object) =>
      (await api(page, "post", "/cas", { common_name: `${name} ${stamp}`, ...more })).data as {
        id: number;
      };
    const root = await make("Drawn root", { ca_type: "root" });
    const other = await make("Drawn other", { ca_type: "root" });
    const below = await make("Drawn below", { ca_type: "intermediate", parent_id: root.id });
    await api(page, "post", `/cas/${root.id}/cross-sign`, { issuer_id: other.id });

    await page.goto("/authorities");
    await page.getByRole("radio", { name: "Graph" }).check();
    await expect(page).toHaveURL(/view=graph/);
    const graph = page.getByRole("region", { name: "Authorities and who signed them" });
    const crossed = graph.getByRole("listitem").filter({ hasText: `Drawn root ${stamp}` });
    await expect(crossed).toContainText(`Cross-signed by Drawn other ${stamp}`);
    await sound(page, "authority-graph");
    await graph.getByRole("link", { name: `Drawn below ${stamp}` }).click();
    await expect(page).toHaveURL(new RegExp(`/authorities/${below.id}$`));
    await page.goBack();
    await expect(page.getByRole("radio", { name: "Graph" })).toBeChecked();
  });

  test("are deleted by who types their name, unless others hang on them", async ({
    signedIn: page,
  }) => {
    const name = `Short-lived ${Date.now().toString(36)}`;
    const { data } = await api(page, "post", "/cas", {
      common_name: name,
      ca_type: "root",
      name_constraints_permitted: ["DNS:short.test"],
    });
    const { id } = data as { id: number };
    const below = await api(page, "post", "/cas", {
      common_name: `${name} sub`,
      ca_type: "intermediate",
      parent_id: id,
    });
    await page.goto(`/authorities/${id}`);
    await expect(page.getByText("DNS:short.test")).toBeVisible();
    const dialog = page.getByRole("dialog");
    const attempt = async (typed: string) => {
      await dialog.getByRole("textbox").fill(typed);
      await dialog.getByRole("button", { name: "Delete the authority" }).click();
    };
    await page.getByRole("button", { name: "Delete…" }).click();
    await attempt("something else");
    await expect(dialog.getByText("This is not its name.")).toBeVisible();
    await attempt(name);
    await expect(dialog.getByRole("alert")).toBeVisible();
    await sound(page, "dialog-delete-authority");

    for (const [one, called] of [
      [(below.data as { id: number }).id, `${name} sub`],
      [id, name],
    ] as const) {
      await page.goto(`/authorities/${one}`);
      await page.getByRole("button", { name: "Delete…" }).click();
      await attempt(called);
      await expect(page.getByText(`${called} is deleted.`)).toBeVisible();
      await expect(page).toHaveURL(/\/authorities$/);
    }
  });
});
