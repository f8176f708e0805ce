import type { Page } from "@playwright/test";

import {
  api,
  expect,
  expectNoSidewaysScroll,
  issue,
  settled,
  sound,
  test,
  uniqueName,
} from "./support";

const word = (stem: string) => `${stem}-${Date.now().toString(36)}`;

async function tagsOf(page: Page, id: number) {
  return ((await api(page, "get", `/certificates/${id}`)).data as { tags: string[] }).tags;
}

test.describe("tags", () => {
  test("are given to a certificate and taken from it by the keyboard", async ({
    signedIn: page,
  }) => {
    const [shop, edge] = [word("shop"), word("edge 1")];
    const { id } = await issue(page, uniqueName("tagged"));
    const other = await issue(page, uniqueName("other"));
    await api(page, "post", "/certificates/bulk/tags", { ids: [other.id], add: [edge] });

    await page.goto(`/certificates/${id}`);
    const field = page.getByRole("combobox", { name: "Change tags" });
    await field.fill("not a <tag>");
    await field.press("Enter");
    await expect(page.getByText(/^A tag has up to 64 letters/)).toBeVisible();
    expect(await tagsOf(page, id)).toEqual([]);
    await field.fill(` ${shop.toUpperCase()}`);
    await field.press("Enter");
    await expect(page.getByRole("link", { name: shop, exact: true })).toBeVisible();
    await expect.poll(() => tagsOf(page, id)).toEqual([shop]);
    // What exists is offered.
    await field.fill(edge.slice(0, 8));
    await expect(page.locator(`datalist option[value="${edge}"]`)).toBeAttached();
    await field.fill(edge);
    await field.press(",");
    await expect.poll(() => tagsOf(page, id)).toEqual([edge, shop]);
    await sound(page, "certificate-tags", [360, 1440]);

    await field.press("Backspace");
    await expect(page.getByRole("link", { name: shop, exact: true })).toHaveCount(0);
    await expect.poll(() => tagsOf(page, id)).toEqual([edge]);
    await page.getByRole("link", { name: edge, exact: true }).click();
    await expect(page).toHaveURL(/\/certificates\?tag=/);
    await expect(page.getByRole("row")).toHaveCount(3);
    await expect(page.getByRole("link", { name: other.common_name })).toBeVisible();
    await page.goBack();
    await page.getByRole("button", { name: `Remove the tag ${edge}` }).click();
    await expect.poll(() => tagsOf(page, id)).toEqual([]);
    await expect(field).toBeFocused();
  });

  test("are in the list, filter it, and are in its address", async ({ signedIn: page }) => {
    const [one, two] = [word("alpha"), word("beta team")];
    const stem = uniqueName("list");
    const [a, b] = [await issue(page, `a.${stem}`), await issue(page, `b.${stem}`)];
    await issue(page, `c.${stem}`);
    await api(page, "post", "/certificates/bulk/tags", { ids: [a.id], add: [one, two, "third"] });
    await api(page, "post", "/certificates/bulk/tags", { ids: [b.id], add: [two] });

    await page.goto(`/certificates?q=${stem}`);
    await expect(page.getByRole("row")).toHaveCount(4);
    await expect(page.getByRole("columnheader", { name: "Tags" })).toBeVisible();
    const row = page.getByRole("row").filter({ hasText: a.common_name });
    await expect(row.getByText(one, { exact: true })).toBeVisible();
    await expect(row.getByText("+1")).toBeVisible();
    await sound(page, "certificates-tagged");

    await page.getByRole("searchbox", { name: "Search certificates" }).fill(`${stem} tag:"${two}"`);
    await expect(page).toHaveURL(/tag=beta/);
    await expect(page.getByRole("row")).toHaveCount(3);
    await page.reload();
    await settled(page);
    await expect(page.getByRole("row")).toHaveCount(3);
    await page.getByRole("button", { name: "Remove the filter Tags" }).click();
    await expect(page.getByRole("row")).toHaveCount(4);
    await page.getByRole("button", { name: "Tags", exact: true }).click();
    await page.getByRole("menuitemcheckbox", { name: one }).click();
    await page.keyboard.press("Escape");
    await expect(page).toHaveURL(new RegExp(`tag=${one}`));
    await expect(page.getByRole("row")).toHaveCount(2);
    await page.setViewportSize({ width: 320, height: 740 });
    await settled(page);
    await expectNoSidewaysScroll(page);
  });

  test("are added to several certificates, and taken away", async ({ signedIn: page }) => {
    const [kept, gone, fresh] = [word("kept"), word("gone"), word("fresh")];
    const stem = uniqueName("several");
    const ids = [(await issue(page, `a.${stem}`)).id, (await issue(page, `b.${stem}`)).id];
    await api(page, "post", "/certificates/bulk/tags", { ids, add: [kept, gone] });

    await page.goto(`/certificates?q=${stem}`);
    await page.getByLabel("Select all rows of this page").check();
    await page.getByRole("button", { name: "Tags…" }).click();
    const dialog = page.getByRole("dialog", { name: "Tags of 2 certificates" });
    const add = dialog.getByRole("combobox", { name: "Add" });
    await expect(add).toBeFocused();
    await add.fill(fresh);
    await add.press("Enter");
    const remove = dialog.getByRole("combobox", { name: "Take away" });
    await remove.fill(gone);
    await remove.press("Enter");
    await sound(page, "dialog-tags-many", [360, 1440]);
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("The tags of 2 certificates are changed.")).toBeVisible();
    for (const id of ids) expect(await tagsOf(page, id)).toEqual([fresh, kept]);
  });

  test("are given when a certificate is issued", async ({ signedIn: page }) => {
    const [name, tag] = [uniqueName("born"), word("born")];
    await page.goto("/certificates");
    await page.getByRole("button", { name: "Issue certificate" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Names" }).fill(name);
    // Typed and not yet entered: it counts all the same.
    await dialog.getByRole("combobox", { name: "Tags" }).fill(tag);
    await dialog.getByRole("button", { name: "Issue", exact: true }).click();
    await page.getByRole("button", { name: "Show certificate" }).click();
    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
    await expect(page.getByRole("link", { name: tag, exact: true })).toBeVisible();
  });
});
