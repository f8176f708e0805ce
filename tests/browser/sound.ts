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
const everyRule: RunOptions = { runOnly: tags };
const colourRules: RunOptions = {
  runOnly: { type: "rule", values: ["color-contrast", "link-in-text-block"] },
};

/**
 * What is shown has no fault at any width, in either theme, and pictures are taken of it.
 *
 * axe takes most of the time of these tests, so it looks where it can say something new. The narrowest and
 * the widest page between them show every part that there is (cards and bars there, columns and the rail
 * here): every rule is applied to these two, once in the light and once in the dark, and what lies between
 * has to fit. A theme is another value of the colours in tokens.css and nothing else: `bothThemes`
 * judges the colours of the widest in the light as well, which each page asks for.
 */
export async function sound(page: Page, name: string, at = widths, bothThemes = false) {
  const before = page.viewportSize();
  const widest = at[at.length - 1];
  for (const width of at) {
    await page.setViewportSize({ width, height: heightOf(width) });
    await settled(page);
    await expectNoSidewaysScroll(page);
    if (width === widest) {
      if (bothThemes) await judge(page, name, "light", width, colourRules);
      await judge(page, name, "dark", width, everyRule);
    } else if (width === at[0]) {
      await judge(page, name, "light", width, everyRule);
    }
  }
  await wear(page, undefined);
  if (before) await page.setViewportSize(before);
}

async function judge(page: Page, name: string, theme: Theme, width: number, rules: RunOptions) {
  await wear(page, theme);
  await picture(page, name, theme, width);
  await inWholeHeight(page, () => complain(page, `${name}, ${theme}, ${width} px`, rules));
}

/** Nothing is loading any more, and nothing moves. */
export async function settled(page: Page) {
  await page.waitForLoadState("load");
  // The page asks itself: there are hundreds of these waits, and expectations look less often.
  await page.waitForFunction(
    () =>
      document.querySelectorAll("h1").length === 1 &&
      !document.querySelector("[aria-busy=true]:not(button), [role=status][aria-label]"),
    undefined,
    { polling: 50, timeout: 30_000 },
  );
  await nextFrame(page);
  await still(page);
}

/** Every rule, at the width and in the theme that the page has now. */
export async function axe(page: Page, name: string) {
  await inWholeHeight(page, () => complain(page, name, everyRule));
}

/** Text stands out from what is behind it, in the theme that the page has now. */
export async function legible(page: Page, name: string) {
  await complain(page, name, colourRules);
}

/** A dialog is judged alone: what is behind it is inert, and judged where it is not. */
async function complain(page: Page, name: string, rules: RunOptions) {
  await still(page);
  let found = await faults(page, rules);
  if (!found) {
    await page.evaluate(axeSource);
    found = await faults(page, rules);
  }
  expect(found, name).toEqual([]);
}

/** Nothing when axe has not been loaded into the page yet. */
function faults(page: Page, rules: RunOptions) {
  return page.evaluate(async (options) => {
    const { axe } = window as unknown as { axe?: typeof import("axe-core") };
    if (!axe) return undefined;
    const dialogs = Array.from(document.querySelectorAll("dialog[open]"));
    const what = dialogs.length > 0 ? { include: dialogs } : document;
    const { violations } = await axe.run(what, { ...options, resultTypes: ["violations"] });
    const say = (id: string, node: NodeResult) =>
      `${id}: ${node.target.join(" ")} ${node.failureSummary ?? ""}`;
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => say(id, node)));
  }, rules);
}

/** The whole page is in view while it is judged: bars that stick to the edge cover nothing then. */
async function inWholeHeight(page: Page, judge: () => Promise<void>) {
  const size = page.viewportSize();
  // What arrives late, or appears only where there is room, makes the page longer once more.
  for (let height = size?.height ?? 0, round = 0; size && round < 4; round++) {
    const needed = await page.evaluate(() =>
      document.querySelector("dialog[open]") ? 900 : document.documentElement.scrollHeight,
    );
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
  await page.evaluate(async () => {
    await document.fonts.ready;
    await new Promise<void>((done) => {
      requestAnimationFrame(() => setTimeout(done));
      setTimeout(done, 250);
    });
  });
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

/** For people to look at; taken when they are asked for, since they take a while. */
export async function picture(page: Page, name: string, theme: string, width: number) {
  if (!process.env.CERTWRIGHT_PICTURES) return;
  await page.mouse.move(0, 0);
  await page.screenshot({
    path: `${pictures}/${name}-${theme}-${width}.png`,
    animations: "disabled",
  });
}
