import { api, expect, issue, settled, sound, test, uniqueName } from "./support";

test("two certificates are compared side by side", async ({ signedIn: page }) => {
  const name = uniqueName("pair");
  const first = await issue(page, name);
  const { data } = await api(page, "post", "/certificates", {
    common_name: name,
    san: [`dns:${name}`, `dns:www.${name}`],
  });
  const second = data as { id: number };

  await page.goto(`/certificates?q=${name}`);
  await settled(page);
  for (const box of await page.getByRole("checkbox", { name: `Select ${name}` }).all()) {
    await box.check();
  }
  await page.getByRole("link", { name: "Compare" }).click();
  await expect(page.getByRole("heading", { level: 1, name: /Compare/ })).toBeVisible();
  const table = page.getByRole("table");
  const row = (title: string) =>
    table.getByRole("row").filter({ has: page.getByRole("rowheader", { name: title }) });
  await expect(row("Names")).toContainText("Differs");
  await expect(row("Names")).toContainText(`www.${name}only here`);
  await expect(row("Issuer").first()).toContainText("Same");
  await sound(page, "compare");

  await page.getByRole("checkbox", { name: "Only what differs" }).check();
  await expect(row("Names")).toHaveCount(1);
  await expect(table.getByText("Same", { exact: true })).toHaveCount(0);

  const heading = table.getByRole("columnheader").nth(1).getByRole("link");
  const before = await heading.getAttribute("href");
  await page.getByRole("button", { name: "Swap sides" }).click();
  await expect(heading).not.toHaveAttribute("href", before ?? "");
  await expect(page).toHaveURL(new RegExp(`(${first.id}.*${second.id}|${second.id}.*${first.id})`));

  await page.goto("/certificates/compare");
  await expect(page.getByText("Nothing to compare")).toBeVisible();
});
