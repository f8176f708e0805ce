import type { Page } from "@playwright/test";

import { fillInventory } from "./inventory";
import {
  api,
  axe,
  expect,
  expectNoSidewaysScroll,
  picture,
  places,
  setTheme,
  settled,
  signIn,
  test,
} from "./support";

const widths = [360, 768, 1440];
const themes = ["light", "dark"] as const;

test.beforeAll("the server has an inventory", async ({ browser }) => {
  test.setTimeout(120_000);
  const page = await browser.newPage({
    baseURL: process.env.CERTWRIGHT_URL,
    ignoreHTTPSErrors: true,
  });
  await signIn(page);
  await fillInventory(page);
  await page.close();
});

for (const theme of themes) {
  for (const width of widths) {
    test.describe(`${theme} at ${width} px`, () => {
      test.use({
        viewport: { width, height: width === 360 ? 740 : 900 },
        reducedMotion: "reduce",
      } as never);

      test("pages before sign-in are sound", async ({ page, complaints }) => {
        void complaints;
        await setTheme(page, theme);
        await page.goto("/login");
        await settled(page);
        await expectNoSidewaysScroll(page);
        await axe(page, "login");
        await picture(page, "login", theme, width);
      });

      for (const { name, path } of places) {
        test(`${name} is sound`, async ({ signedIn: page }) => {
          await setTheme(page, theme);
          await page.goto(path);
          await settled(page);
          await expectNoSidewaysScroll(page);
          await axe(page, name);
          await picture(page, name, theme, width);
        });
      }

      test("detail pages are sound", async ({ signedIn: page }) => {
        test.setTimeout(180_000);
        await setTheme(page, theme);
        const { data: certificates } = (await api(page, "get", "/certificates?per_page=1")) as {
          data: { id: number }[];
        };
        const { data: cas } = (await api(page, "get", "/cas")) as {
          data: { id: number; is_root: boolean }[];
        };
        const certificate = `/certificates/${certificates[0]?.id}`;
        const authority = (cas.find((ca) => !ca.is_root) ?? cas[0])?.id;
        for (const [name, path] of [
          ["certificate", certificate],
          ["certificate-chain", `${certificate}?tab=chain`],
          ["certificate-extensions", `${certificate}?tab=extensions`],
          ["certificate-raw", `${certificate}?tab=raw`],
          ["certificate-timeline", `${certificate}?tab=timeline`],
          ["authority", `/authorities/${authority}`],
        ] as const) {
          await page.goto(path);
          await settled(page);
          await expectNoSidewaysScroll(page);
          await axe(page, name);
          await picture(page, name, theme, width);
        }
      });

      test("dialogs are sound", async ({ signedIn: page }) => {
        test.setTimeout(180_000);
        await setTheme(page, theme);
        await page.goto("/certificates");
        await settled(page);
        await page.getByRole("button", { name: "Issue certificate" }).click();
        await expect(page.getByRole("dialog")).toBeVisible();
        await axe(page, "issue");
        await picture(page, "dialog-issue", theme, width);
        await page.keyboard.press("Escape");

        const { data } = (await api(page, "get", "/certificates?per_page=1&status=valid")) as {
          data: { id: number }[];
        };
        await page.goto(`/certificates/${data[0]?.id}`);
        await page.getByRole("button", { name: "Revoke…" }).click();
        await expect(page.getByRole("dialog")).toBeVisible();
        await axe(page, "revoke");
        await picture(page, "dialog-revoke", theme, width);
        await page.keyboard.press("Escape");

        await page.goto("/authorities");
        await page.getByRole("button", { name: "New intermediate" }).click();
        await expect(page.getByRole("dialog")).toBeVisible();
        await axe(page, "create authority");
        await picture(page, "dialog-authority", theme, width);
        await page.keyboard.press("Escape");

        await page.keyboard.press("Control+k");
        await expect(page.getByRole("combobox")).toBeVisible();
        await axe(page, "palette");
        await picture(page, "palette", theme, width);
        await page.keyboard.press("Escape");

        await page.goto("/activity");
        await settled(page);
        await page.getByRole("main").getByRole("listitem").getByRole("button").first().click();
        await expect(page.getByRole("dialog")).toBeVisible();
        await axe(page, "entry");
        await picture(page, "activity-entry", theme, width);
      });
    });
  }
}

test("a certificate beside the list is sound", async ({ signedIn: page }) => {
  test.setTimeout(180_000);
  for (const theme of themes) {
    await page.goto("/certificates");
    await page.evaluate(
      (value) => localStorage.setItem("certwright.appearance", JSON.stringify({ theme: value })),
      theme,
    );
    await page.reload();
    await settled(page);
    await page.getByRole("row").nth(2).getByRole("link").click();
    await expect(page.getByRole("tab", { name: "Overview" })).toBeVisible();
    await settledSheet(page);
    await axe(page, "sheet");
    await picture(page, "certificate-sheet", theme, 1440);
  }
});

async function settledSheet(page: Page) {
  await expect(page.getByRole("heading", { name: "Identifiers" })).toBeVisible();
  await page.waitForTimeout(250);
}

test("every page reflows at 400% zoom", async ({ page, complaints }) => {
  void complaints;
  // WCAG 1.4.10: 1280 px at 400% are 320 px.
  await page.setViewportSize({ width: 320, height: 256 });
  await signIn(page);
  for (const { path } of places) {
    await page.goto(path);
    await settled(page);
    await expectNoSidewaysScroll(page);
  }
});

test("every page is sound in German", async ({ signedIn: page }) => {
  test.setTimeout(300_000);
  await page.addInitScript(() => localStorage.setItem("certwright.language", "de"));
  await page.setViewportSize({ width: 360, height: 740 });
  for (const { path } of places) {
    await page.goto(path);
    await page.waitForLoadState("networkidle");
    await expect(page.locator("h1")).toHaveCount(1);
    await expect(page.locator("[aria-busy=true]:not(button)")).toHaveCount(0);
    await expectNoSidewaysScroll(page);
    await axe(page, `${path} in German`);
  }
});
