#!/usr/bin/env python3
"""Counts passed and failed tests in the report of a test runner, and prints both numbers.

Usage: test_results.py junit|playwright|lines FILE

`lines` is our own: one `ok NAME` or `failed NAME` per test.
"""

import json
import sys
import xml.etree.ElementTree as ElementTree


def junit(path):
    passed = failed = 0
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        kinds = {child.tag for child in case}
        if kinds & {"failure", "error"}:
            failed += 1
        elif "skipped" not in kinds:
            passed += 1
    return passed, failed


def playwright(path):
    with open(path) as report:
        stats = json.load(report)["stats"]
    return stats["expected"] + stats["flaky"], stats["unexpected"]


def lines(path):
    with open(path) as report:
        words = [line.split(" ", 1)[0].strip() for line in report]
    return words.count("ok"), words.count("failed")


def main():
    kinds = {"junit": junit, "playwright": playwright, "lines": lines}
    if len(sys.argv) != 3 or sys.argv[1] not in kinds:
        sys.exit(__doc__)
    try:
        print(*kinds[sys.argv[1]](sys.argv[2]))
    except (OSError, ValueError, KeyError, ElementTree.ParseError) as error:
        sys.exit(f"test_results.py: {sys.argv[2]}: {error}")


if __name__ == "__main__":
    main()
