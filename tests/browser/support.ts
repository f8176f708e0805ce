import AxeBuilder from "@axe-core/playwright";
import { expect, test as base, type Page } from "@playwright/test";

export const username = process.env.CERTWRIGHT_ADMIN_USERNAME ?? "admin";
export const password = process.env.CERTWRIGHT_ADMIN_PASSWORD ?? "";

export const places = [
  { name: "home", path: "/" },
  { name: "certificates", path: "/certificates" },
  { name: "requests", path: "/requests" },
  { name: "requests-all", path: "/requests?status=all" },
  { name: "templates", path: "/templates" },
  { name: "authorities", path: "/authorities" },
  { name: "enrolment", path: "/enrolment" },
  { name: "enrolment-accounts", path: "/enrolment?tab=accounts" },
  { name: "enrolment-orders", path: "/enrolment?tab=orders" },
  { name: "enrolment-credentials", path: "/enrolment?tab=credentials" },
  { name: "activity", path: "/activity" },
  { name: "settings-account", path: "/settings/account" },
  { name: "settings-appearance", path: "/settings/appearance" },
  { name: "settings-sessions", path: "/settings/sessions" },
  { name: "settings-keys", path: "/settings/keys" },
  { name: "settings-general", path: "/settings/general" },
  { name: "settings-users", path: "/settings/users" },
  { name: "settings-groups", path: "/settings/groups" },
  { name: "settings-roles", path: "/settings/roles" },
  { name: "settings-about", path: "/settings/about" },
  { name: "not-found", path: "/no/such/page" },
] as const;

/** A page that reports every error and every breach of the content security policy. */
export const test = base.extend<{ complaints: string[]; signedIn: Page }>({
  // Known only after the global set-up.
  baseURL: async ({}, use) => {
    await use(process.env.CERTWRIGHT_URL);
  },
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
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Nothing is loading any more. */
export async function settled(page: Page) {
  await page.waitForLoadState("load");
  await expect(page.locator("h1")).toHaveCount(1);
  await expect(page.locator("[aria-busy=true]:not(button)")).toHaveCount(0);
  await expect(page.getByRole("status", { name: "Loading" })).toHaveCount(0);
  await page.evaluate(() => document.fonts.ready);
}

export async function setTheme(page: Page, theme: "light" | "dark") {
  await page.addInitScript(
    (value) => localStorage.setItem("certwright.appearance", JSON.stringify({ theme: value })),
    theme,
  );
}

/** The session of the page, with its token, for requests beside the interface. */
export async function api(page: Page, method: "get" | "post", path: string, data?: unknown) {
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

/** The page may scroll down, never sideways. */
export async function expectNoSidewaysScroll(page: Page) {
  const over = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    return Array.from(document.querySelectorAll("body *"))
      .filter((one) => one.getBoundingClientRect().right > clientWidth + 1)
      .slice(0, 5)
      .map(
        (one) => `${one.tagName}.${one.className} ${Math.round(one.getBoundingClientRect().right)}`,
      );
  });
  expect(over).toEqual([]);
}

const pictures = "../results/screenshots";

/** The whole page is in view while it is judged: bars that stick to the edge cover nothing then. */
export async function axe(page: Page, name: string) {
  const size = page.viewportSize();
  // What arrives late, or appears only where there is room, makes the page longer once more.
  for (let height = size?.height ?? 0, round = 0; size && round < 4; round++) {
    const needed = await page.evaluate(() => document.documentElement.scrollHeight);
    if (needed <= height) break;
    height = needed;
    await page.setViewportSize({ ...size, height });
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
  }
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  const found = violations.flatMap((violation) =>
    violation.nodes.map(
      (node) => `${violation.id}: ${node.target.join(" ")} ${node.failureSummary ?? ""}`,
    ),
  );
  expect(found, name).toEqual([]);
  if (size) await page.setViewportSize(size);
}

export async function picture(page: Page, name: string, theme: string, width: number) {
  await page.mouse.move(0, 0);
  await page.screenshot({
    path: `${pictures}/${name}-${theme}-${width}.png`,
    animations: "disabled",
  });
}
