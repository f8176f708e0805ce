import { expect, test as base, type Page } from "@playwright/test";

import { fillInventory } from "./inventory";
import { startServer, type Server } from "./server";

export { axe, expectNoSidewaysScroll, legible, picture, settled, sound, wellFormed } from "./sound";

export const username = process.env.CERTWRIGHT_ADMIN_USERNAME ?? "admin";
export const password = process.env.CERTWRIGHT_ADMIN_PASSWORD ?? "correct horse battery 9";

export const places = [
  { name: "home", path: "/" },
  { name: "certificates", path: "/certificates" },
  { name: "requests", path: "/requests" },
  { name: "requests-all", path: "/requests?status=all" },
  { name: "templates", path: "/templates" },
  { name: "authorities", path: "/authorities" },
  { name: "enrolment", path: "/enrolment" },
  { name: "enrolment-services", path: "/enrolment?tab=services" },
  { name: "enrolment-accounts", path: "/enrolment?tab=accounts" },
  { name: "enrolment-orders", path: "/enrolment?tab=orders" },
  { name: "enrolment-credentials", path: "/enrolment?tab=credentials" },
  { name: "enrolment-rules", path: "/enrolment?tab=rules" },
  { name: "enrolment-names", path: "/enrolment?tab=names" },
  { name: "enrolment-operations", path: "/enrolment?tab=operations" },
  { name: "enrolment-approvals", path: "/enrolment?tab=approvals" },
  { name: "enrolment-domains", path: "/enrolment?tab=domains" },
  { name: "enrolment-limits", path: "/enrolment?tab=limits" },
  { name: "enrolment-statistics", path: "/enrolment?tab=statistics" },
  { name: "activity", path: "/activity" },
  { name: "settings-account", path: "/settings/account" },
  { name: "settings-appearance", path: "/settings/appearance" },
  { name: "settings-sessions", path: "/settings/sessions" },
  { name: "settings-keys", path: "/settings/keys" },
  { name: "settings-general", path: "/settings/general" },
  { name: "settings-mail", path: "/settings/mail" },
  { name: "settings-notices", path: "/settings/notices" },
  { name: "settings-webhooks", path: "/settings/webhooks" },
  { name: "settings-ct", path: "/settings/ct" },
  { name: "settings-log", path: "/settings/log" },
  { name: "settings-users", path: "/settings/users" },
  { name: "settings-groups", path: "/settings/groups" },
  { name: "settings-roles", path: "/settings/roles" },
  { name: "settings-security", path: "/settings/security" },
  { name: "settings-limits", path: "/settings/limits" },
  { name: "settings-about", path: "/settings/about" },
  { name: "not-found", path: "/no/such/page" },
] as const;

type ForTest = {
  /** What the browser's console and the content security policy complain of; nothing, in the end. */
  complaints: string[];
  signedIn: Page;
};
type ForWorker = {
  /** The server of this worker's tests; CERTWRIGHT_URL names a running one instead. */
  server: Pick<Server, "url" | "challengePort">;
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
    await use(complaints);
    expect(complaints, "errors in the browser's console").toEqual([]);
  },
  signedIn: async ({ page, complaints }, use) => {
    void complaints;
    await signIn(page);
    await use(page);
  },
});

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
