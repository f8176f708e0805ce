#!/usr/bin/env python3
"""Runs every GoogleTest program of a build, in parts, two at a time, and writes `ok NAME` or `failed NAME` per test.

Usage: run_unit_tests.py BUILD_FOLDER RESULT_FILE [NAME]

NAME narrows down to tests whose names contain it. A program that crashes, hangs or runs no test at
all counts as a failed test.
"""

import concurrent.futures
import itertools
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

SECONDS_PER_PART = 600
# Two programs have most of the tests: whole, the last one would run alone for minutes.
PARTS = 4


def programs(build):
    """The test programs that CMake knows, so that one left over from an older tree is not run."""
    listing = subprocess.run(
        ["ctest", "--test-dir", build, "--show-only=json-v1"], capture_output=True, text=True, check=True
    )
    return [test["command"][0] for test in json.loads(listing.stdout)["tests"] if "command" in test]


def run(program, part, name):
    started = time.monotonic()
    environment = os.environ | {"GTEST_TOTAL_SHARDS": str(PARTS), "GTEST_SHARD_INDEX": str(part)}
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        command = [program, f"--gtest_output=json:{report.name}", "--gtest_brief=1"]
        if name:
            command.append(f"--gtest_filter=*{name}*")
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                text=True,
                timeout=SECONDS_PER_PART,
                errors="replace",
                env=environment,
            )
            output, status = done.stdout + done.stderr, done.returncode
        except subprocess.TimeoutExpired as expired:
            output, status = f"{expired}\n", "timeout"
        except OSError as error:
            output, status = f"{error}\n", "missing"
        results = []
        text = pathlib.Path(report.name).read_text()
        if text:
            for suite in json.loads(text).get("testsuites", []):
                for test in suite["testsuite"]:
                    # GTEST_SKIP says so under "result"; a skipped test neither passed nor failed.
                    if test["status"] == "RUN" and test["result"] != "SKIPPED":
                        results.append((not test.get("failures"), f"{suite['name']}.{test['name']}"))
    label = pathlib.Path(program).name
    if status != 0 and all(ok for ok, _ in results):
        results.append((False, f"{label} ended with {status}"))
    return label, results, output, time.monotonic() - started


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    build, result_file, name = sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) == 4 else ""
    everything = []
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        known = programs(build)
        tasks = [
            pool.submit(run, program, part, name) for program, part in itertools.product(known, range(PARTS))
        ]
        numbers = {pathlib.Path(program).name: [0, 0, 0.0] for program in known}
        for task in concurrent.futures.as_completed(tasks):
            label, results, output, seconds = task.result()
            bad = [test for ok, test in results if not ok]
            if bad:
                print(output[-20000:], flush=True)
            everything += results
            number = numbers[label]
            number[0] += len(results) - len(bad)
            number[1] += len(bad)
            number[2] += seconds
        for label, (passed, failed, seconds) in numbers.items():
            print(f"{label:24} {passed:5} passed, {failed} failed  {seconds:6.1f} s", flush=True)
            if passed + failed == 0 and not name:
                everything.append((False, f"{label} ran no test"))
    with open(result_file, "w") as file:
        file.writelines(f"{'ok' if ok else 'failed'} {test}\n" for ok, test in everything)
    sys.exit(0 if everything and all(ok for ok, _ in everything) else 1)


if __name__ == "__main__":
    main()
