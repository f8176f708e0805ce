"""Measures, prints and writes RESULTS.md. Usage: bench/run.py [NAME ...]; without a name, everything."""

import importlib
import pathlib
import sys
import time
import warnings

HERE = pathlib.Path(__file__).resolve().parent
warnings.filterwarnings("ignore", message="Unverified HTTPS request")
sys.path[:0] = [str(HERE), str(HERE.parent / "tests")]


def names():
    return sorted(file.stem for file in (HERE / "benchmarks").glob("[a-z]*.py"))


def main(wanted):
    known = names()
    unknown = [name for name in wanted if name not in known]
    if unknown or any(name in ("-h", "--help") for name in wanted):
        print(f"{__doc__}\nNames: {', '.join(known)}", file=sys.stderr)
        return 2

    from measure import report, world

    world.keep_binary()
    version = (world.ROOT / "VERSION").read_text().strip()
    failed = 0
    for name in wanted or known:
        benchmark = importlib.import_module(f"benchmarks.{name}")
        print(f"\n{name}: {benchmark.TITLE}", flush=True)
        started = time.monotonic()
        try:
            tables = benchmark.run()
        except AssertionError as error:
            print(f"{name} could not be measured: {error}", file=sys.stderr)
            failed += 1
            continue
        print("\n\n".join(report.as_text(table) for table in tables))
        print(f"({time.monotonic() - started:.0f} s)", flush=True)
        report.keep(name, benchmark.TITLE, tables, version)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
