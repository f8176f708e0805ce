import { api, expect, issue, sound, test, uniqueName } from "./support";

test("what happened to a certificate is proved from the signed log", async ({ signedIn: page }) => {
  const { id } = await issue(page, uniqueName("proved"));
  await api(page, "post", `/certificates/${id}/revoke`, { reason: "superseded" });
  await page.goto(`/certificates/${id}`);
  await page.getByRole("tab", { name: "Proof" }).click();
  await expect(page.getByText("In the signed log", { exact: true })).toHaveCount(2);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download the proof" }).first().click();
  expect((await download).suggestedFilename()).toMatch(/-proof\.json$/);
  await sound(page, "certificate-proof");

  // An entry that is not as it was signed does not pass, whatever the server says of it.
  await page.route("**/api/v2/audit/logs/*/proof", async (route) => {
    const answer = await route.fetch();
    const body = (await answer.json()) as { data: { leaf: string } };
    body.data.leaf = body.data.leaf.replace("admin", "nobody");
    await route.fulfill({ response: answer, json: body });
  });
  await page.reload();
  await expect(page.getByText("Does not match the signed log")).toHaveCount(2);
});
