import type { Browser, Page } from "@playwright/test";

import {
  api,
  expect,
  expectNoSidewaysScroll,
  fillLogin,
  picture,
  settled,
  sound,
  test,
  uniqueName,
} from "./support";

const phrase = "a long phrase for tests 7";

type Named = { id: number; name: string };
let counter = 0;

async function makeUser(page: Page, role = "operator") {
  const username = `access${counter++}-${Date.now().toString(36)}`;
  const { data } = await api(page, "post", "/users", {
    username,
    role,
    password: phrase,
    force_password_change: false,
  });
  return { id: (data as { id: number }).id, username };
}

/** A second browser, in which somebody else is signed in. */
async function signedInAs(browser: Browser, baseURL: string | undefined, username: string) {
  const context = await browser.newContext({
    ...(baseURL ? { baseURL } : {}),
    ignoreHTTPSErrors: true,
  });
  const theirs = await context.newPage();
  await theirs.goto("/");
  await fillLogin(theirs, phrase, username);
  await expect(theirs.getByRole("navigation", { name: "Main" }).first()).toBeAttached();
  return theirs;
}

async function owned(page: Page, id: number) {
  return (await api(page, "get", `/users/${id}/owned`)).data as {
    certificates: number;
  };
}

async function exists(page: Page, id: number) {
  const { data } = await api(page, "get", "/users");
  return (data as { id: number }[]).some((user) => user.id === id);
}

test.describe("users who leave", () => {
  test("hand over what they own", async ({ signedIn: page, browser, baseURL }) => {
    const leaver = await makeUser(page);
    const heir = await makeUser(page);
    const theirs = await signedInAs(browser, baseURL, leaver.username);
    await api(theirs, "post", "/certificates", {
      san: [`dns:${uniqueName("left")}`],
    });
    await theirs.context().close();

    await page.goto("/settings/users");
    await page.getByRole("button", { name: `Actions for ${leaver.username}` }).click();
    await page.getByRole("menuitem", { name: "Delete…" }).click();
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByText("1 certificate", { exact: true })).toBeVisible();
    const submit = dialog.getByRole("button", { name: "Delete user" });
    await submit.click();
    await expect(dialog.getByText("Choose who takes over.")).toBeVisible();
    await sound(page, "dialog-delete-user");
    await dialog.getByLabel("Hand over to").selectOption({ label: heir.username });
    await submit.click();
    await expect(page.getByText(`${leaver.username} is deleted.`)).toBeVisible();
    expect(await exists(page, leaver.id)).toBe(false);
    expect((await owned(page, heir.id)).certificates).toBe(1);
  });

  test("are deleted together, and not with oneself", async ({
    signedIn: page,
    browser,
    baseURL,
  }) => {
    const [one, two, heir] = [await makeUser(page), await makeUser(page), await makeUser(page)];
    const theirs = await signedInAs(browser, baseURL, two.username);
    await api(theirs, "post", "/certificates", {
      san: [`dns:${uniqueName("both")}`],
    });
    await theirs.context().close();

    await page.goto("/settings/users");
    await settled(page);
    await page.getByRole("checkbox", { name: "Select admin", exact: true }).check();
    const many = page.getByRole("button", { name: /^Delete \d$/ });
    await expect(many).toHaveAttribute("aria-disabled", "true");
    await page.getByRole("checkbox", { name: "Select admin", exact: true }).uncheck();
    for (const { username } of [one, two])
      await page.getByRole("checkbox", { name: `Select ${username}` }).check();
    await sound(page, "users-selected");
    await many.click();
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByRole("listitem").filter({ hasText: one.username })).toBeVisible();
    await dialog.getByLabel("Hand over to").selectOption({ label: heir.username });
    await sound(page, "dialog-delete-users");
    await dialog.getByRole("button", { name: "Delete users" }).click();
    await expect(page.getByText("2 users are deleted.")).toBeVisible();
    expect(await exists(page, one.id)).toBe(false);
    expect(await exists(page, two.id)).toBe(false);
    expect((await owned(page, heir.id)).certificates).toBe(1);
  });
});

test.describe("a restriction", () => {
  test("is chosen, said in words, kept by every page, and lifted", async ({
    signedIn: page,
    browser,
    baseURL,
  }) => {
    const stamp = Date.now().toString(36);
    const { username, id } = await makeUser(page);
    const order = {
      common_name: `Inner ${stamp}`,
      ca_type: "root",
      validity_years: 5,
    };
    const ca = (await api(page, "post", "/cas", order)).data as Named;
    const [inside, outside] = [uniqueName("inside"), uniqueName("outside")];
    await api(page, "post", "/certificates", {
      san: [`dns:${inside}`],
      ca_id: ca.id,
      validity_days: 7,
    });
    await api(page, "post", "/certificates", { san: [`dns:${outside}`] });

    await page.goto("/settings/users");
    const choose = async (action: string) => {
      await page.getByRole("button", { name: `Actions for ${username}` }).click();
      await page.getByRole("menuitem", { name: action }).click();
    };
    await choose("Restrict…");
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByText("Not restricted: all authorities")).toBeVisible();
    await dialog.getByRole("checkbox", { name: `Inner ${stamp}` }).check();
    await expect(
      dialog.getByText(`Only certificates of Inner ${stamp}, by any template.`),
    ).toBeVisible();
    await sound(page, "dialog-restriction");
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText(`${username} is restricted.`)).toBeVisible();
    const { data: kept } = await api(page, "get", `/users/${id}/restriction`);
    expect(kept).toMatchObject({
      restricted: true,
      ca_ids: [ca.id],
      template_ids: [],
    });

    const theirs = await signedInAs(browser, baseURL, username);
    const refusals: string[] = [];
    theirs.on("response", (answer) => {
      const { pathname } = new URL(answer.url());
      if (answer.status() === 403 && !pathname.endsWith("/rbac/permissions"))
        refusals.push(pathname);
    });
    await theirs.goto("/");
    await expect(
      theirs.getByRole("heading", { level: 1, name: "Your certificates" }),
    ).toBeVisible();
    await expect(theirs.getByText("Your account is restricted")).toBeVisible();
    const main = theirs.getByRole("main");
    await expect(main.getByRole("link", { name: inside })).toBeVisible();
    await expect(theirs.getByText("Every 15 seconds").first()).toBeVisible();
    await sound(theirs, "home-restricted");
    const rail = theirs.getByRole("navigation", { name: "Main" }).first();
    expect(await rail.getByRole("link").allInnerTexts()).toEqual([
      "Home",
      "Certificates",
      "Authorities",
      "Templates",
      "Settings",
    ]);
    const { data: listed } = await api(theirs, "get", "/certificates?per_page=1");
    const certificate = (listed as { id: number }[])[0]?.id;
    for (const path of [
      "/certificates",
      `/certificates/${certificate}`,
      "/authorities",
      `/authorities/${ca.id}`,
      "/templates",
      "/settings/account",
      "/settings/keys",
    ]) {
      await theirs.goto(path);
      await settled(theirs);
      await expect(theirs.getByRole("alert"), path).toHaveCount(0);
      await expect(theirs.getByText(outside)).toHaveCount(0);
    }
    await theirs.goto("/certificates");
    await expect(main.getByRole("link", { name: inside })).toBeVisible();
    for (const path of [
      "/activity",
      "/enrolment",
      "/requests",
      "/revocation",
      "/authorities/new",
    ]) {
      await theirs.goto(path);
      await expect(
        theirs.getByRole("heading", {
          name: "This page is not for your account",
        }),
      ).toBeVisible();
    }
    await sound(theirs, "not-allowed");

    await theirs.goto("/certificates");
    await theirs.getByRole("button", { name: "Issue certificate" }).click();
    const issuing = theirs.getByRole("dialog");
    await expect(issuing.getByLabel("Issuer").getByRole("option")).toHaveText([`Inner ${stamp}`]);
    const own = uniqueName("own");
    await issuing.getByRole("textbox", { name: "Names" }).fill(own);
    await issuing.getByRole("button", { name: "Issue", exact: true }).click();
    await expect(issuing.getByText(own).first()).toBeVisible();
    await theirs.goto("/certificates");
    await expect(main.getByRole("link", { name: own })).toBeVisible();

    await theirs.evaluate(() => localStorage.setItem("certwright.language", "de"));
    await theirs.setViewportSize({ width: 360, height: 740 });
    for (const path of ["/", "/activity"]) {
      await theirs.goto(path);
      await settled(theirs);
      await expect(theirs.locator("html")).toHaveAttribute("lang", "de");
      await expectNoSidewaysScroll(theirs);
    }
    await theirs.evaluate(() => localStorage.removeItem("certwright.language"));
    await theirs.setViewportSize({ width: 1440, height: 900 });
    expect(refusals).toEqual([]);

    await choose("Restrict…");
    await dialog.getByRole("checkbox", { name: `Inner ${stamp}` }).uncheck();
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText(`${username} is not restricted any more.`)).toBeVisible();
    await theirs.goto("/");
    await expect(rail.getByRole("link", { name: "Activity" })).toBeVisible();
    await theirs.context().close();
  });

  test("to a tag shows what has it, and what they issue gets it", async ({
    signedIn: page,
    browser,
    baseURL,
  }) => {
    const tag = `team-${Date.now().toString(36)}`;
    const { username, id } = await makeUser(page);
    const [inside, outside] = [uniqueName("inside"), uniqueName("outside")];
    await api(page, "post", "/certificates", { san: [`dns:${inside}`], tags: [tag] });
    await api(page, "post", "/certificates", { san: [`dns:${outside}`] });
    await page.goto("/settings/users");
    await page.getByRole("button", { name: `Actions for ${username}` }).click();
    await page.getByRole("menuitem", { name: "Restrict…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("combobox", { name: "Tags" }).fill(tag);
    await dialog.getByRole("combobox", { name: "Tags" }).press("Enter");
    await expect(dialog.getByText(`Only certificates with the tag ${tag}.`)).toBeVisible();
    await sound(page, "dialog-restriction-tag", [360, 1440]);
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText(`${username} is restricted.`)).toBeVisible();
    const { data: kept } = await api(page, "get", `/users/${id}/restriction`);
    expect(kept).toMatchObject({ restricted: true, ca_ids: [], template_ids: [], tags: [tag] });

    const theirs = await signedInAs(browser, baseURL, username);
    await theirs.goto("/certificates");
    await expect(theirs.getByRole("link", { name: inside })).toBeVisible();
    await expect(theirs.getByRole("link", { name: outside })).toHaveCount(0);
    await theirs.getByRole("button", { name: "Issue certificate" }).click();
    const own = uniqueName("own");
    const issuing = theirs.getByRole("dialog");
    await issuing.getByRole("textbox", { name: "Names" }).fill(own);
    await issuing.getByRole("button", { name: "Issue", exact: true }).click();
    await theirs.getByRole("button", { name: "Show certificate" }).click();
    await expect(theirs.getByRole("heading", { level: 1, name: own })).toBeVisible();
    await expect(theirs.getByRole("link", { name: tag, exact: true })).toBeVisible();
    await theirs.context().close();
  });

  test("of a group counts for its members, and administrators have none", async ({
    signedIn: page,
  }) => {
    const stamp = Date.now().toString(36);
    const { username, id } = await makeUser(page);
    const group = (await api(page, "post", "/groups", { name: `Shop ${stamp}` })).data as Named;
    await api(page, "post", `/groups/${group.id}/members`, { user_id: id });
    const { data } = await api(page, "get", "/templates");
    const template = (data as Named[])[0];
    await page.goto("/settings/groups");
    await page.getByRole("button", { name: `Actions for Shop ${stamp}` }).click();
    await page.getByRole("menuitem", { name: "Restrict…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("checkbox", { name: template?.name ?? "", exact: true }).check();
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText(`Shop ${stamp} is restricted.`)).toBeVisible();
    const row = page.getByRole("row").filter({ hasText: `Shop ${stamp}` });
    await expect(row.getByText("Restricts its members")).toBeVisible();
    const { data: kept } = await api(page, "get", `/groups/${group.id}/restriction`);
    expect(kept).toMatchObject({
      restricted: true,
      ca_ids: [],
      template_ids: [template?.id],
    });

    await page.goto("/settings/users");
    const user = page.getByRole("row").filter({ hasText: username });
    await expect(user.getByText("Restricted", { exact: true })).toBeVisible();
    await page.getByRole("button", { name: `Actions for ${username}` }).click();
    await page.getByRole("menuitem", { name: "What they may do…" }).click();
    await expect(dialog.getByText(`Through the group Shop ${stamp}:`)).toBeVisible();
    const grid = dialog.getByRole("table", { name: "Rights" });
    await expect(grid.getByRole("row", { name: /^Certificates/ })).toContainText("Yes");
    await expect(grid.getByRole("row", { name: /^Requests/ })).toHaveCount(0);
    await sound(page, "dialog-user-rights", [360, 1440]);
    await dialog.getByRole("button", { name: "Close" }).last().click();
    await page.getByRole("button", { name: `Actions for ${username}` }).click();
    await page.getByRole("menuitem", { name: "Restrict…" }).click();
    await expect(dialog.getByText(`Through the group Shop ${stamp}:`)).toBeVisible();
    await expect(
      dialog.getByText(`Only certificates by ${template?.name}, of any authority.`),
    ).toBeVisible();
    await picture(page, "dialog-restriction-group", "light", 1440);
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Actions for admin", exact: true }).click();
    await expect(
      page.getByRole("menuitem", { name: /Restrict….*Not for administrators/ }),
    ).toHaveAttribute("aria-disabled", "true");
  });
});

test.describe("rights", () => {
  test("of all roles stand side by side, with who has them", async ({ signedIn: page }) => {
    const { username } = await makeUser(page, "auditor");
    await page.goto("/settings/roles");
    await settled(page);
    const list = page.getByRole("table", { name: "Roles" });
    await expect(list.getByRole("row", { name: /^Auditor/ })).toContainText(username);
    const matrix = page.getByRole("table", { name: "Rights by role" });
    const { data } = await api(page, "get", "/rbac/roles");
    const { roles } = data as { roles: string[] };
    const cellOf = (resource: string, role: string) =>
      matrix
        .getByRole("row")
        .filter({
          has: page.getByRole("rowheader", { name: resource, exact: true }),
        })
        .getByRole("cell")
        .nth(roles.indexOf(role));
    await expect(cellOf("Certificates", "admin")).toHaveText("Read, Change, Delete, Manage");
    await expect(cellOf("Certificates", "operator")).toHaveText("Read, Change");
    await expect(cellOf("Activity", "auditor")).toHaveText("Read");
    await expect(cellOf("Activity", "viewer")).toHaveText("None");
    await sound(page, "roles-matrix");
    await page.setViewportSize({ width: 360, height: 740 });
    await matrix.scrollIntoViewIfNeeded();
    await matrix.evaluate((table) => table.scrollIntoView());
    await picture(page, "roles-matrix-phone", "light", 360);
    await page.setViewportSize({ width: 320, height: 600 });
    await expectNoSidewaysScroll(page);
  });

  test("of one’s own are in the account, and what they do not open is not offered", async ({
    signedIn: page,
    browser,
    baseURL,
  }) => {
    const { username } = await makeUser(page, "viewer");
    const theirs = await signedInAs(browser, baseURL, username);
    await theirs.goto("/settings/account");
    await expect(theirs.getByRole("heading", { name: "What you may do" })).toBeVisible();
    const grid = theirs.getByRole("table", { name: "Rights" });
    await expect(grid.getByRole("row", { name: /^Certificates/ })).toContainText("Yes");
    await sound(theirs, "account-rights");
    const rail = theirs.getByRole("navigation", { name: "Main" }).first();
    await expect(rail.getByRole("link", { name: "Requests" })).toBeVisible();
    for (const name of ["Activity", "Enrolment", "Revocation"])
      await expect(rail.getByRole("link", { name })).toHaveCount(0);
    await theirs.goto("/");
    await settled(theirs);
    await expect(theirs.getByRole("alert")).toHaveCount(0);
    await theirs.goto("/activity");
    await expect(theirs.getByText("Your role does not include it.")).toBeVisible();
    await theirs.context().close();
  });
});
