import { expect, password, setupToken, test, username } from "./support";

test.describe("set-up of a fresh server", () => {
  test("refuses a wrong link", async ({ page, complaints }) => {
    void complaints;
    await page.goto("/setup#token=wrong");
    await expect(page.getByText(/This link is not valid|set up already/)).toBeVisible();
  });

  test("makes the administrator and ends with the first certificate", async ({
    page,
    complaints,
  }) => {
    void complaints;
    const needed = await (await page.request.get("/api/v2/setup")).json();
    test.skip(
      !needed.data.needed || setupToken === "",
      "the server is set up, or no token was given",
    );

    await page.goto(`/setup#token=${setupToken}`);
    await expect(page.getByRole("heading", { name: "Welcome" })).toBeVisible();
    await page.getByLabel("Organisation").fill("");
    await page.getByRole("button", { name: "Next" }).click();
    await expect(page.getByText("A name, please")).toBeVisible();
    await page.getByLabel("Organisation").fill("Nordwind AG");
    await page.getByRole("button", { name: "Next" }).click();

    await page.getByLabel("User name").fill(username);
    await page.getByLabel("Password", { exact: true }).fill("password");
    await page.getByRole("button", { name: "Next" }).click();
    await expect(page.getByText("not easy to guess")).toBeVisible();
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Next" }).click();

    await expect(page.getByRole("heading", { name: "Your authorities" })).toBeVisible();
    await page.getByRole("button", { name: "Finish set-up" }).click();

    await expect(page.getByRole("heading", { name: "Get your first certificate" })).toBeVisible();
    await expect(page.getByText("/acme/directory")).toBeVisible();
    await page.getByRole("link", { name: "Go to the console" }).click();
    await expect(page.getByRole("navigation", { name: "Main" }).first()).toBeVisible();
  });

  test("is not offered a second time", async ({ page, complaints }) => {
    void complaints;
    await page.goto(`/setup#token=${setupToken || "any"}`);
    await expect(page.getByText("This server is set up already.")).toBeVisible();
  });
});
