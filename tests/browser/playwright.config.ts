import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: ".",
  outputDir: "../results/browser",
  // Each worker has a server of its own, so that no test sees what another one does meanwhile.
  fullyParallel: true,
  workers: process.env.CERTWRIGHT_URL ? 1 : 2,
  // A machine with other work is slow, not wrong: what is waited for may take its time.
  timeout: 240_000,
  expect: { timeout: 30_000 },
  reporter: [["./reporter.ts"]],
  use: {
    ignoreHTTPSErrors: true,
    locale: "en-GB",
    viewport: { width: 1440, height: 900 },
    contextOptions: { reducedMotion: "reduce" },
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
