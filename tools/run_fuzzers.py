#!/usr/bin/env python3
"""Runs every fuzz target of a build for some seconds, and writes `ok NAME` or `failed NAME` per target.

Usage: run_fuzzers.py BUILD_FOLDER RESULT_FILE [NAME]

Starts from fuzz/corpus/TARGET when that exists. What a target finds on its way stays in
BUILD_FOLDER/corpus/TARGET for the next run; an input that breaks it, in BUILD_FOLDER/found.
CERTWRIGHT_FUZZ_SECONDS says how long each one runs (10).
"""

import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def run(program, build, seconds):
    name = program.name.removeprefix("fuzz_")
    own = build / "corpus" / name
    found = build / "found"
    own.mkdir(parents=True, exist_ok=True)
    found.mkdir(exist_ok=True)
    command = [
        program,
        f"-max_total_time={seconds}",
        "-timeout=10",
        "-rss_limit_mb=2048",
        "-print_final_stats=1",
    ]
    command += [f"-artifact_prefix={found}/{name}-", own]
    seeds = ROOT / "fuzz/corpus" / name
    if seeds.is_dir():
        command.append(seeds)
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=seconds + 120
        )
    except subprocess.TimeoutExpired as expired:
        return False, str(expired)
    return done.returncode == 0, done.stderr


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    build, result_file = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
    wanted = sys.argv[3] if len(sys.argv) == 4 else ""
    seconds = int(os.environ.get("CERTWRIGHT_FUZZ_SECONDS", "10"))
    programs = sorted(path for path in (build / "bin").glob("fuzz_*") if wanted in path.name)
    everything = []
    for program in programs:
        ok, output = run(program, build, seconds)
        units = [line.split()[-1] for line in output.splitlines() if "number_of_executed_units" in line]
        print(
            f"{program.name:24} {'ok' if ok else 'failed'}  {units[0] if units else '?'} inputs", flush=True
        )
        if not ok:
            print(output[-10000:])
        everything.append((ok, program.name))
    with open(result_file, "w") as file:
        file.writelines(f"{'ok' if ok else 'failed'} {name}\n" for ok, name in everything)
    sys.exit(0 if everything and all(ok for ok, _ in everything) else 1)


if __name__ == "__main__":
    main()
