import { basename } from "node:path";

import type { FullResult, Reporter, TestCase, TestResult } from "@playwright/test/reporter";

/** One line per test, and as the last one "N passed, N failed". */
export default class PlainReporter implements Reporter {
  private passed = 0;
  private failed = 0;
  private skipped = 0;

  onTestEnd(test: TestCase, result: TestResult) {
    const name = test.titlePath().slice(3).join(" › ");
    if (result.status === "skipped") {
      this.skipped++;
      console.log(`skip ${name}`);
      return;
    }
    const good = result.status === test.expectedStatus;
    if (good) this.passed++;
    else this.failed++;
    console.log(`${good ? "ok  " : "FAIL"} ${name} (${(result.duration / 1000).toFixed(1)} s)`);
    if (good) return;
    for (const { message, value, location } of result.errors) {
      if (location) console.log(`${basename(location.file)}:${location.line}`);
      console.log(message ?? value);
    }
  }

  onError(error: { message?: string }) {
    this.failed++;
    console.log(error.message);
  }

  onEnd(_result: FullResult) {
    if (this.skipped > 0) console.log(`${this.skipped} skipped`);
    console.log(`${this.passed} passed, ${this.failed} failed`);
  }

  printsToStdio() {
    return true;
  }
}
