#!/usr/bin/env python3
"""Runs clang-tidy with the checks of .clang-tidy.

Usage: tidy.py BUILD_FOLDER [--all] [--seconds N] [FILE...]

Takes the compile commands of a configured build, and remembers what was clean (the file, the headers of
ours that it includes, and the checks being the same), so that a second run looks only at what changed.
Without --all it stops taking up further files after some minutes (150 seconds, or --seconds): a clean
checkout is looked at as far as it goes, those parts first that read foreign bytes and hold keys.
"""

import argparse
import concurrent.futures
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FIRST = [
    "der",
    "x509",
    "crypto",
    "core",
    "auth",
    "protocol",
    "service",
    "db",
    "storage",
    "http",
    "api",
    "app",
]
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)
# g++'s precompiled header and its options mean nothing to clang; the header itself it reads as it is.
EXTRA = [
    "-Wno-unknown-warning-option",
    "-Wno-ignored-optimization-argument",
    "-Wno-unused-command-line-argument",
    "-Wno-ignored-gch",
    # stable_sort of libstdc++ 12 uses what C++17 deprecated.
    "-Wno-deprecated-declarations",
]


def headers_of(path, seen):
    for name in INCLUDE.findall(path.read_text()):
        header = ROOT / "src" / name
        if not header.is_file():
            header = path.parent / name
        if header.is_file() and header not in seen:
            seen.add(header)
            headers_of(header, seen)
    return seen


def digest(path):
    content = hashlib.sha256((ROOT / ".clang-tidy").read_bytes())
    for each in [path, *sorted(headers_of(path, set()))]:
        content.update(each.read_bytes())
    return content.hexdigest()


def order(path):
    parts = path.relative_to(ROOT).parts
    folder = parts[1] if parts[0] == "src" else parts[0]
    return (
        FIRST.index(folder) if folder in FIRST else len(FIRST),
        "_test." in path.name or "_pgtest." in path.name,
        path,
    )


def plain_commands(build, target):
    """The compile commands, without what only g++ understands."""
    commands = json.loads((build / "compile_commands.json").read_text())
    kept = []
    for entry in commands:
        file = pathlib.Path(entry["file"])
        if not file.is_relative_to(ROOT) or file.is_relative_to(ROOT / "build") or not file.is_file():
            continue
        command = re.sub(r"-Winvalid-pch|-fpch-preprocess|-fsanitize=\S+", "", entry["command"])
        kept.append({**entry, "command": command + " " + " ".join(EXTRA)})
    target.mkdir(parents=True, exist_ok=True)
    (target / "compile_commands.json").write_text(json.dumps(kept))
    return sorted({pathlib.Path(entry["file"]) for entry in kept}, key=order)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--seconds", type=int, default=150)
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    options = parser.parse_args()

    database = ROOT / "build/lint"
    files = plain_commands(options.build, database)
    if options.files:
        wanted = {file.resolve() for file in options.files}
        files = [file for file in files if file in wanted]
    memory = database / "clean.json"
    clean = json.loads(memory.read_text()) if memory.is_file() else {}
    todo = [(file, digest(file)) for file in files]
    todo = [(file, now) for file, now in todo if clean.get(str(file.relative_to(ROOT))) != now]
    deadline = None if options.all else time.monotonic() + options.seconds

    def look(item):
        file, now = item
        if deadline and time.monotonic() > deadline:
            return file, now, None, ""
        done = subprocess.run(
            ["clang-tidy-19", "--quiet", "-p", database, file], capture_output=True, text=True
        )
        return file, now, done.returncode == 0, done.stdout + (done.stderr if "error:" in done.stderr else "")

    bad = skipped = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        for file, now, ok, output in pool.map(look, todo):
            if ok is None:
                skipped += 1
            elif ok:
                clean[str(file.relative_to(ROOT))] = now
            else:
                bad += 1
                print(output)
    memory.write_text(json.dumps(clean, indent=0, sort_keys=True))
    print(
        f"clang-tidy: {len(todo) - skipped} of {len(files)} files looked at, {bad} with findings, {skipped} left for later"
    )
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
