import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { axe, expect, picture, settled, sound, test as base } from "./support";
import { startServer, type Server } from "./server";

let fresh: Server | undefined;
const test = base.extend({
  baseURL: async ({}, use) => {
    fresh ??= await startServer();
    await use(fresh.url);
  },
});

test.describe.configure({ mode: "serial" });
test.afterAll(() => fresh?.stop());

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

  test("leads from the link to a first certificate", async ({ page, complaints }) => {
    void complaints;
    await page.goto(`/setup#token=${fresh?.setupToken}`);
    await expect(page.getByRole("heading", { name: "Welcome" })).toBeVisible();
    await settled(page);
    await sound(page, "setup-organization");
    await page.getByLabel("Organisation").fill("");
    await page.getByRole("button", { name: "Next" }).click();
    await expect(page.getByText("A name, please")).toBeVisible();
    await page.getByLabel("Organisation").fill("Nordwind AG");
    await page.getByRole("button", { name: "Next" }).click();

    await page.getByLabel("User name").fill("captain");
    await page.getByLabel("Password", { exact: true }).fill("password");
    await page.getByRole("button", { name: "Next" }).click();
    await expect(page.getByText("not easy to guess")).toBeVisible();
    await sound(page, "setup-administrator");
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Next" }).click();

    await expect(page.getByRole("heading", { name: "Your authorities" })).toBeVisible();
    await sound(page, "setup-authorities");
    await page.getByRole("radio", { name: /own names/ }).check();
    await sound(page, "setup-authorities-new");
    await page.getByRole("button", { name: "Finish set-up" }).click();

    await expect(page.getByRole("heading", { name: "Get your first certificate" })).toBeVisible();
    await expect(page.getByText("/acme/directory")).toBeVisible();
    await sound(page, "setup-first");

    // The lines on the page, pasted as they are, but for the name and the port, which tests cannot choose.
    await page.getByRole("radio", { name: "lego" }).check();
    const lines = await page.locator("pre").allInnerTexts();
    const script = lines
      .join("\n")
      .replaceAll("www.example.internal", "first.browser.test")
      .replace("--http run", `--http --http.port 127.0.0.1:${fresh?.challengePort} run`);
    const folder = await mkdtemp(join(tmpdir(), "certwright-lego-"));
    await promisify(execFile)("sh", ["-ec", script], { cwd: folder });
    await rm(folder, { recursive: true });
    await expect(page.getByRole("link", { name: "first.browser.test" })).toBeVisible();
    await sound(page, "setup-first-done");

    await page.getByRole("link", { name: "Go to the console" }).click();
    await expect(page.getByRole("navigation", { name: "Main" }).first()).toBeVisible();
  });

  test("is not offered a second time", async ({ page, complaints }) => {
    void complaints;
    await page.goto(`/setup#token=${fresh?.setupToken}`);
    await expect(page.getByText("This server is set up already.")).toBeVisible();
    await page.getByRole("link", { name: "Sign in" }).click();
    await page.getByLabel("User name").fill("captain");
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  });
});
