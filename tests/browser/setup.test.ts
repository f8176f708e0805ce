import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { axe, expect, expectNoSidewaysScroll, picture, settled, test as base } from "./support";
import { startServer, type Server } from "./server";

const test = base.extend<object, { fresh: Server }>({
  fresh: [
    async ({}, use) => {
      const server = await startServer();
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],
  baseURL: async ({ fresh }, use) => use(fresh.url),
});

const password = "a long phrase for tests 7";

test.describe("set-up of a fresh server", () => {
  test("refuses a wrong link", async ({ page, complaints }) => {
    void complaints;
    await page.goto("/setup#token=wrong");
    await expect(page.getByText("This link is not valid")).toBeVisible();
    await axe(page, "wrong link");
    await picture(page, "setup-refused", "light", 1440);
  });

  test("is where a fresh server leads to", async ({ page, complaints }) => {
    void complaints;
    await page.goto("/");
    await expect(
      page.getByRole("heading", { name: "This server waits to be set up" }),
    ).toBeVisible();
    await axe(page, "not set up");
    await picture(page, "setup-needed", "light", 1440);
  });

  test("leads from the link to a first certificate", async ({ page, complaints, fresh }) => {
    void complaints;
    test.setTimeout(180_000);
    const shown = async (name: string) => {
      for (const [theme, width] of [
        ["light", 1440],
        ["dark", 1440],
        ["dark", 768],
        ["light", 360],
        ["dark", 360],
      ] as const) {
        await page.setViewportSize({
          width,
          height: width === 360 ? 740 : 900,
        });
        await page.evaluate((value) => (document.documentElement.dataset.theme = value), theme);
        await expectNoSidewaysScroll(page);
        await axe(page, name);
        await picture(page, name, theme, width);
      }
      await page.setViewportSize({ width: 1440, height: 900 });
    };

    await page.goto(`/setup#token=${fresh.setupToken}`);
    await expect(page.getByRole("heading", { name: "Welcome" })).toBeVisible();
    await settled(page);
    await shown("setup-organization");
    await page.getByLabel("Organisation").fill("");
    await page.getByRole("button", { name: "Next" }).click();
    await expect(page.getByText("A name, please")).toBeVisible();
    await page.getByLabel("Organisation").fill("Nordwind AG");
    await page.getByRole("button", { name: "Next" }).click();

    await page.getByLabel("User name").fill("captain");
    await page.getByLabel("Password", { exact: true }).fill("password");
    await page.getByRole("button", { name: "Next" }).click();
    await expect(page.getByText("not easy to guess")).toBeVisible();
    await shown("setup-administrator");
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Next" }).click();

    await expect(page.getByRole("heading", { name: "Your authorities" })).toBeVisible();
    await shown("setup-authorities");
    await page.getByRole("radio", { name: /own names/ }).check();
    await shown("setup-authorities-new");
    await page.getByRole("button", { name: "Finish set-up" }).click();

    await expect(page.getByRole("heading", { name: "Get your first certificate" })).toBeVisible();
    await expect(page.getByText("/acme/directory")).toBeVisible();
    await shown("setup-first");

    // The lines on the page, pasted as they are, but for the name and the port, which tests cannot choose.
    await page.getByRole("radio", { name: "lego" }).check();
    const lines = await page.locator("pre").allInnerTexts();
    const script = lines
      .join("\n")
      .replaceAll("www.example.internal", "first.browser.test")
      .replace("--http run", `--http --http.port 127.0.0.1:${fresh.challengePort} run`);
    const folder = await mkdtemp(join(tmpdir(), "certwright-lego-"));
    await promisify(execFile)("sh", ["-ec", script], { cwd: folder });
    await rm(folder, { recursive: true });
    await expect(page.getByRole("link", { name: "first.browser.test" })).toBeVisible();
    await shown("setup-first-done");

    await page.getByRole("link", { name: "Go to the console" }).click();
    await expect(page.getByRole("navigation", { name: "Main" }).first()).toBeVisible();
  });

  test("is not offered a second time", async ({ page, complaints, fresh }) => {
    void complaints;
    await page.goto(`/setup#token=${fresh.setupToken}`);
    await expect(page.getByText("This server is set up already.")).toBeVisible();
    await page.getByRole("link", { name: "Sign in" }).click();
    await page.getByLabel("User name").fill("captain");
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  });
});
