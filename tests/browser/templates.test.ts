import { api, axe, expect, picture, settled, sound, test, uniqueName } from "./support";

test.describe("templates", () => {
  test("that are built in are copied, and the copy is changed and deleted", async ({
    signedIn: page,
  }) => {
    const name = `Copy ${Date.now().toString(36)}`;
    await page.goto("/templates");
    await settled(page);
    await page.getByRole("link", { name: /Web Server/ }).click();
    await expect(page.getByText("It comes with the program").first()).toBeVisible();
    await expect(page.getByRole("button", { name: "Edit…" })).toHaveAttribute(
      "aria-disabled",
      "true",
    );
    await expect(page.getByText("2.5.29.15")).toBeVisible();
    await axe(page, "template");
    await picture(page, "template", "light", 1440);

    await page.getByRole("button", { name: "Duplicate…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill(name);
    await dialog.getByRole("button", { name: "Duplicate", exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();

    await page.getByRole("button", { name: "Edit…" }).click();
    await expect(dialog.getByText("2.5.29.15")).toBeVisible();
    await dialog.getByLabel("At most (days)").fill("47");
    await dialog.getByLabel(/^Valid for/).fill("47");
    await dialog.getByLabel("Organisation").fill("Nordwind Ltd");
    await expect(dialog.getByText("O=Nordwind Ltd")).toBeVisible();
    await axe(page, "edit template");
    await picture(page, "dialog-template", "light", 1440);
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("Version 2", { exact: true })).toBeVisible();
    await expect(page.getByText("47 days").first()).toBeVisible();

    await page.getByRole("button", { name: "Disable" }).click();
    await expect(page.getByText("Disabled", { exact: true })).toBeVisible();
    await page.goto("/templates?show=off");
    await expect(page.getByRole("link", { name })).toBeVisible();
    await page.getByRole("link", { name }).click();
    await page.getByRole("button", { name: "Delete…" }).click();
    await dialog.getByRole("button", { name: "Delete", exact: true }).click();
    await expect(page).toHaveURL(/\/templates$/);
    await expect(page.getByRole("link", { name })).toHaveCount(0);
  });

  test("are edited as code, and versions are compared", async ({ signedIn: page }) => {
    const name = `Written ${Date.now().toString(36)}`;
    const { data } = await api(page, "post", "/templates", {
      name,
      validity_days: 30,
      extensions_template: { extended_key_usage: ["serverAuth"], san_types: ["dns"] },
    });
    const { id } = data as { id: number };
    await page.goto(`/templates/${id}`);
    await page.getByRole("button", { name: "Edit…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("radio", { name: "Code" }).check();
    const code = dialog.getByLabel("Rules as JSON");
    const rules = JSON.parse(await code.inputValue()) as {
      max_validity_days: number;
      extensions_template: Record<string, unknown>;
    };
    await code.fill("{");
    await expect(dialog.getByText(/^This is not JSON/)).toBeVisible();
    rules.max_validity_days = 60;
    rules.extensions_template.policies = [{ oid: "1.3.6.1.4.1.99999.5", cps: "" }];
    await code.fill(JSON.stringify(rules, null, 2));
    // The sample follows, and so does the form.
    await expect(dialog.getByText("1.3.6.1.4.1.99999.5", { exact: false }).last()).toBeVisible();
    await sound(page, "dialog-template-code");
    await dialog.getByRole("radio", { name: "Form" }).check();
    await expect(dialog.getByLabel("At most (days)")).toHaveValue("60");
    await dialog.getByLabel("At most (days)").fill("45");
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText(`The template ${name} has a new version.`)).toBeVisible();
    const { data: saved } = await api(page, "get", `/templates/${id}`);
    expect(saved).toMatchObject({
      max_validity_days: 45,
      validity_days: 30,
      extensions_template: { policies: [{ oid: "1.3.6.1.4.1.99999.5" }], san_types: ["dns"] },
    });

    await page.getByRole("button", { name: "What changed in version 2" }).click();
    const changes = dialog.getByRole("list", { name: "What changed" });
    await expect(
      changes.getByRole("listitem").filter({ hasText: "max_validity_days" }),
    ).toContainText("after: 45");
    await expect(changes).toContainText("1.3.6.1.4.1.99999.5");
    await sound(page, "dialog-template-versions");
    await dialog.getByLabel("To", { exact: true }).selectOption("1");
    await expect(dialog.getByText("Both have the same rules.")).toBeVisible();
  });

  test("say what is wrong with them before they are kept", async ({ signedIn: page }) => {
    await page.goto("/templates");
    await page.getByRole("button", { name: "New template" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(/^Valid for/).fill("999");
    await expect(dialog.getByText("not above the longest")).toBeVisible();
    await dialog.getByRole("button", { name: "Create", exact: true }).click();
    await expect(dialog.getByText("It needs a name.")).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(dialog).toHaveCount(0);
  });

  test("are what a certificate is issued by", async ({ signedIn: page }) => {
    const name = uniqueName("by-template");
    const { data: templates } = (await api(page, "get", "/templates")) as {
      data: { id: number; name: string; template_type: string }[];
    };
    const web = templates.find(({ template_type }) => template_type === "web_server");
    await page.goto("/certificates");
    await page.getByRole("button", { name: "Issue certificate" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Names" }).fill(name);
    await dialog.getByLabel("Template").selectOption({ label: web?.name ?? "" });
    await expect(dialog.getByLabel("Use", { exact: true })).toHaveCount(0);
    await axe(page, "issue by template");
    await picture(page, "dialog-issue-template", "light", 1440);
    await dialog.getByRole("button", { name: "Issue", exact: true }).click();
    await expect(dialog.getByText("Issued", { exact: true })).toBeVisible();
    const { data: after } = (await api(page, "get", `/templates/${web?.id}`)) as {
      data: { usage_count: number };
    };
    expect(after.usage_count).toBeGreaterThan(0);
  });

  test("are imported as they were downloaded", async ({ signedIn: page }) => {
    const name = `Exported ${Date.now().toString(36)}`;
    const { data } = await api(page, "post", "/templates", {
      name,
      template_type: "web_server",
      extended_key_usage: ["serverAuth"],
      validity_days: 40,
      max_validity_days: 47,
    });
    await page.goto(`/templates/${(data as { id: number }).id}`);
    const waiting = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download" }).click();
    const file = await (await waiting).path();
    await page.getByRole("button", { name: "Delete…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Delete", exact: true }).click();
    await expect(page).toHaveURL(/\/templates$/);

    await page.getByRole("button", { name: "Import…" }).click();
    await dialog.getByLabel("Content").fill("{ not JSON");
    await expect(dialog.getByText("This is not JSON.")).toBeVisible();
    await dialog.locator("input[type=file]").setInputFiles(file);
    await expect(dialog.getByLabel("Content")).toHaveValue(new RegExp(name));
    await sound(page, "dialog-templates-import");
    await dialog.getByRole("button", { name: "Import", exact: true }).click();
    await expect(page.getByText("One template imported.")).toBeVisible();
    await expect(page.getByRole("link", { name })).toBeVisible();

    await page.getByRole("button", { name: "Import…" }).click();
    await dialog.locator("input[type=file]").setInputFiles(file);
    await dialog.getByRole("button", { name: "Import", exact: true }).click();
    await expect(page.getByText("One was here already.")).toBeVisible();
    await expect(page.getByRole("link", { name })).toHaveCount(1);
  });

  test("are found by the address", async ({ signedIn: page }) => {
    await page.goto("/templates?q=code");
    await expect(page.getByRole("row")).toHaveCount(2);
    await page.goto("/templates?q=no-such-thing");
    await expect(page.getByText("No template matches")).toBeVisible();
    await page.goto("/templates/99999999");
    await expect(page.getByText("There is no such template")).toBeVisible();
  });
});
