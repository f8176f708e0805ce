import { expect, test as base, type Page } from "@playwright/test";

import { fillInventory } from "./inventory";
import { startServer, type Server } from "./server";

export { axe, expectNoSidewaysScroll, legible, picture, settled, sound, widths } from "./sound";

export const username = process.env.CERTWRIGHT_ADMIN_USERNAME ?? "admin";
export const password = process.env.CERTWRIGHT_ADMIN_PASSWORD ?? "correct horse battery 9";

type ForTest = {
  /** What the browser's console and the content security policy complain of; nothing, in the end. */
  complaints: string[];
  /** One page for all tests of a worker: to open another for each would take longer than many a test. */
  signedIn: Page;
  /** A page of its own, for a test that cannot leave it as it was. */
  alone: Page;
};
type ForWorker = {
  /** The server of this worker's tests; CERTWRIGHT_URL names a running one instead. */
  server: Pick<Server, "url" | "challengePort">;
  shared: { page: Page; complaints: string[] };
  /** Asked for by tests that want lists, charts and queues with something in them. */
  inventory: true;
};

export const test = base.extend<ForTest, ForWorker>({
  server: [
    async ({}, use) => {
      const { CERTWRIGHT_URL: url, CERTWRIGHT_CHALLENGE_PORT: port } = process.env;
      if (url) return use({ url, challengePort: Number(port ?? 80) });
      const server = await startServer({ adminPassword: password });
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  inventory: [
    async ({ browser, server }, use) => {
      const page = await browser.newPage({ baseURL: server.url, ignoreHTTPSErrors: true });
      await signIn(page);
      await fillInventory(page, server);
      await page.close();
      await use(true);
    },
    { scope: "worker", timeout: 300_000 },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  complaints: async ({ page }, use) => {
    const complaints = await listen(page);
    await use(complaints);
    expect(complaints, "errors in the browser's console").toEqual([]);
  },
  alone: async ({ page, complaints }, use) => {
    void complaints;
    await signIn(page);
    await use(page);
  },
  shared: [
    async ({ browser, server }, use, { project }) => {
      const { ignoreHTTPSErrors, locale, contextOptions } = project.use;
      const page = await browser.newPage({
        ...contextOptions,
        ...{ baseURL: server.url, ignoreHTTPSErrors, locale },
      });
      await use({ page, complaints: await listen(page) });
      await page.close();
    },
    { scope: "worker" },
  ],
  signedIn: async ({ shared: { page, complaints }, viewport }, use) => {
    await page.unrouteAll();
    if (page.url() !== "about:blank") await page.evaluate(() => localStorage.clear());
    if (viewport) await page.setViewportSize(viewport);
    await signIn(page);
    await use(page);
    expect(complaints, "errors in the browser's console").toEqual([]);
  },
});

/** What the browser says of a page from now on. */
async function listen(page: Page) {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() !== "error") return;
    // Chromium logs every refused request; the tests that provoke one look at the page instead.
    if (/Failed to load resource.*status of 4\d\d/.test(message.text())) return;
    complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) =>
      console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`),
    );
  });
  return complaints;
}

export { expect };

let state: Awaited<ReturnType<ReturnType<Page["context"]>["cookies"]>> | undefined;

/** Signs in once through the form; later pages carry the same session. */
export async function signIn(page: Page) {
  if (state) {
    await page.context().addCookies(state);
    return;
  }
  await page.goto("/login");
  await fillLogin(page, password);
  await expect(page.getByRole("navigation", { name: "Main" }).first()).toBeAttached();
  state = await page.context().cookies();
}

export async function fillLogin(page: Page, secret: string, name = username) {
  await page.getByLabel("User name").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(secret);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** The session of the page, with its token, for requests beside the interface. */
export async function api(
  page: Page,
  method: "get" | "post" | "patch",
  path: string,
  data?: unknown,
) {
  const verify = await page.request.get("/api/v2/auth/verify");
  const { data: session } = (await verify.json()) as {
    data: { csrf_token: string };
  };
  const answer = await page.request[method](`/api/v2${path}`, {
    headers: { "X-CSRF-Token": session.csrf_token },
    ...(data === undefined ? {} : { data }),
  });
  expect(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`).toBe(true);
  return (await answer.json()) as { data: unknown };
}

/** Issues a certificate of its own for a test. */
export async function issue(page: Page, name: string) {
  const { data } = await api(page, "post", "/certificates", {
    common_name: name,
    san: [`dns:${name}`],
  });
  return data as { id: number; common_name: string };
}

let counter = 0;
export function uniqueName(word: string) {
  return `${word}-${Date.now().toString(36)}${counter++}.browser.test`;
}
