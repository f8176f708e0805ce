import { defineConfig } from "@playwright/test";

// The server is started by ./test.sh; these say where it is and how to get in.
const baseURL = process.env.CERTWRIGHT_URL ?? "https://localhost:8443";

export default defineConfig({
  testDir: ".",
  outputDir: "../results/browser",
  fullyParallel: false,
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["./reporter.ts"]],
  use: {
    baseURL,
    ignoreHTTPSErrors: true,
    locale: "en-GB",
    viewport: { width: 1440, height: 900 },
    trace: "retain-on-failure",
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
  // Set-up comes first: on a fresh server nobody can sign in before it.
  projects: [
    { name: "setup", testMatch: "setup.test.ts" },
    { name: "console", testIgnore: "setup.test.ts", dependencies: ["setup"] },
  ],
});
