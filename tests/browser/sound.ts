import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { expect, type Page } from "@playwright/test";
import type { NodeResult, RunOptions } from "axe-core";

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);
const pictures = "../results/screenshots";

type Theme = "light" | "dark";

export const widths = [360, 768, 1440];
const heightOf = (width: number) => (width === 360 ? 740 : 900);

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const colours = ["color-contrast", "link-in-text-block"];
const everyRule: RunOptions = { runOnly: tags };
const colourRules: RunOptions = { runOnly: { type: "rule", values: colours } };
const allButColours: RunOptions = {
  runOnly: tags,
  rules: Object.fromEntries(colours.map((rule) => [rule, { enabled: false }])),
};

/**
 * What is shown has no fault at any width, in either theme, and a picture is taken of each.
 *
 * A theme is another value of the colours in tokens.css and nothing else, the document stays as it is:
 * in the second theme only the rules that look at colours can say something new. They are the slowest
 * by far, and a colour does not depend on the width: the narrowest and the widest page between them show
 * every part that there is (cards and bars there, columns and the rail here), so that they look at these
 * two. All other rules, which ask for structure, names and sizes, are applied at each width.
 */
export async function sound(page: Page, name: string, at = widths) {
  const before = page.viewportSize();
  let themes: [Theme, Theme] = ["light", "dark"];
  for (const width of at) {
    const judgesColours = width === at[0] || width === at[at.length - 1];
    await page.setViewportSize({ width, height: heightOf(width) });
    await settled(page);
    await expectNoSidewaysScroll(page);
    await wear(page, themes[0]);
    await picture(page, name, themes[0], width);
    await inWholeHeight(page, async () => {
      for (const theme of themes) {
        await wear(page, theme);
        const rules = judgesColours ? everyRule : allButColours;
        if (theme === "light") await complain(page, `${name}, light, ${width} px`, rules);
        else if (judgesColours) await complain(page, `${name}, dark, ${width} px`, colourRules);
      }
    });
    await picture(page, name, themes[1], width);
    // To change the theme is to paint everything anew: the next width begins with this one.
    themes = [themes[1], themes[0]];
  }
  await wear(page, undefined);
  if (before) await page.setViewportSize(before);
}

/** Nothing is loading any more, and nothing moves. */
export async function settled(page: Page) {
  await page.waitForLoadState("load");
  await expect(page.locator("h1")).toHaveCount(1);
  await expect(page.locator("[aria-busy=true]:not(button)")).toHaveCount(0);
  await expect(page.getByRole("status", { name: "Loading" })).toHaveCount(0);
  await page.evaluate(() => document.fonts.ready);
  await nextFrame(page);
  await still(page);
}

/** Every rule, at the width and in the theme that the page has now. */
export async function axe(page: Page, name: string) {
  await inWholeHeight(page, () => complain(page, name, everyRule));
}

/** Every rule but those of colours, for what is shown elsewhere in the same colours. */
export async function wellFormed(page: Page, name: string) {
  await inWholeHeight(page, () => complain(page, name, allButColours));
}

/** Text stands out from what is behind it, in the theme that the page has now. */
export async function legible(page: Page, name: string) {
  await complain(page, name, colourRules);
}

async function complain(page: Page, name: string, rules: RunOptions) {
  await still(page);
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axeSource);
  const found = await page.evaluate(async (options) => {
    const { axe } = window as unknown as { axe: typeof import("axe-core") };
    const { violations } = await axe.run(document, { ...options, resultTypes: ["violations"] });
    const say = (id: string, node: NodeResult) =>
      `${id}: ${node.target.join(" ")} ${node.failureSummary ?? ""}`;
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => say(id, node)));
  }, rules);
  expect(found, name).toEqual([]);
}

/** The whole page is in view while it is judged: bars that stick to the edge cover nothing then. */
async function inWholeHeight(page: Page, judge: () => Promise<void>) {
  const size = page.viewportSize();
  // What arrives late, or appears only where there is room, makes the page longer once more.
  for (let height = size?.height ?? 0, round = 0; size && round < 4; round++) {
    const needed = await page.evaluate(() => document.documentElement.scrollHeight);
    if (needed <= height) break;
    height = needed;
    await page.setViewportSize({ ...size, height });
    await nextFrame(page);
  }
  await judge();
  if (size) await page.setViewportSize(size);
}

/**
 * Brings every transition and animation to its end, which is what somebody looks at: half way, a colour
 * is neither of its two. Those without an end go on.
 */
async function still(page: Page) {
  await page.evaluate(() => {
    for (const animation of document.getAnimations()) {
      if (animation.effect?.getComputedTiming().endTime !== Infinity) animation.finish();
    }
  });
}

/** What follows from a new size is there in the next frame, if frames are drawn at all. */
async function nextFrame(page: Page) {
  await page.evaluate(
    () =>
      new Promise<void>((done) => {
        requestAnimationFrame(() => setTimeout(done));
        setTimeout(done, 250);
      }),
  );
}

async function wear(page: Page, theme: Theme | undefined) {
  await page.evaluate((value) => {
    if (value) document.documentElement.dataset.theme = value;
    else delete document.documentElement.dataset.theme;
  }, theme);
  await still(page);
}

/** The page, and a dialog on it, may scroll down, never sideways. */
export async function expectNoSidewaysScroll(page: Page) {
  const over = await page.evaluate(() =>
    [document.documentElement, ...Array.from(document.querySelectorAll("dialog[open]"))].flatMap(
      (frame) => {
        if (frame.scrollWidth <= frame.clientWidth) return [];
        const edge = frame.getBoundingClientRect().left + frame.clientWidth;
        return Array.from(frame.querySelectorAll("*"))
          .filter((one) => one.getBoundingClientRect().right > edge + 1)
          .slice(0, 5)
          .map(
            (one) =>
              `${one.tagName}.${one.className} ${Math.round(one.getBoundingClientRect().right)}`,
          );
      },
    ),
  );
  expect(over).toEqual([]);
}

export async function picture(page: Page, name: string, theme: string, width: number) {
  await page.mouse.move(0, 0);
  await page.screenshot({
    path: `${pictures}/${name}-${theme}-${width}.png`,
    animations: "disabled",
  });
}
