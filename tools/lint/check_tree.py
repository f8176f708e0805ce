#!/usr/bin/env python3
"""Checks what holds for the tree as a whole. Prints one line per breach; exits with 1 if there is any."""

import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
SOURCES = {".cc", ".h", ".ts", ".tsx", ".py", ".sh", ".sql", ".css", ".cmake"}


def files():
    """What git would commit, as paths."""
    listing = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
        check=True,
    )
    paths = (ROOT / name for name in listing.stdout.split("\0") if name)
    return sorted(path for path in paths if path.is_file())


def check_text(path, text):
    name = path.relative_to(ROOT)
    if text and not text.endswith("\n"):
        yield f"{name}: no newline at the end"
    for number, line in enumerate(text.splitlines(), 1):
        if line != line.rstrip():
            yield f"{name}:{number}: blanks at the end of the line"
        if path != pathlib.Path(__file__) and UNFINISHED.search(line):
            yield f"{name}:{number}: reads as unfinished"


def check_scripts(path, text):
    executable = os.access(path, os.X_OK)
    if text.startswith("#!") and not executable:
        yield f"{path.relative_to(ROOT)}: starts with #! and is not executable"


def check_lock_file(path, text):
    for name, package in json.loads(text).get("packages", {}).items():
        if "resolved" in package and not package.get("link"):
            yield f"{path.relative_to(ROOT)}: {name} names a registry; npm with our .npmrc leaves it out"
            return


def check_folders():
    for folder in sorted((ROOT / "src").iterdir()):
        if folder.is_dir() and not (folder / "README.md").is_file():
            yield f"src/{folder.name}/ has no README.md"


def check_migrations():
    names = sorted(path.name for path in (ROOT / "src/storage/migrations").glob("*.sql"))
    for number, name in enumerate(names, 1):
        if not re.fullmatch(rf"{number:04}_[a-z0-9_]+\.sql", name):
            yield f"src/storage/migrations/{name}: expected number {number:04}: numbers rise by one, without gaps"


def breaches():
    for path in files():
        if path.name == "package-lock.json":
            yield from check_lock_file(path, path.read_text())
        if path.suffix in SOURCES or path.read_bytes()[:2] == b"#!":
            text = path.read_text()
            yield from check_text(path, text)
            yield from check_scripts(path, text)
    yield from check_folders()
    yield from check_migrations()


def main():
    found = list(breaches())
    for breach in found:
        print(breach)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
