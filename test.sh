#!/usr/bin/env bash
# Builds and tests Certwright. The last line says `N passed, N failed`, and the exit status follows it.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 2

usage() {
  cat <<'TEXT'
Usage: ./test.sh [SUITE] [NAME]

Installs the test tools (as root or through sudo), builds, runs, and ends with `N passed, N failed`.
NAME narrows a suite down to the tests whose names contain it.

  all       everything but bench (the default)
  lint      format, include directions, clang-tidy, shell, Python, the console's own checks
  unit      unit tests under the address and undefined-behaviour sanitizers, on SQLite and PostgreSQL
  api       the release server through HTTP: REST, ACME protocol, revocation, crashes
  clients   twelve ACME clients, the lines that we print, nginx, OpenSSL, GnuTLS, NSS against it
  browser   the console in Chromium
  fuzz      every fuzz target for some seconds
  bench     the measurements of bench/ (NAME is one of them); figures, not verdicts

Logs and reports go to build/test.
TEXT
}

suite=${1:-all}
name=${2:-}
case "$suite" in
  all | lint | unit | api | clients | browser | fuzz | bench) ;;
  -h | --help) usage; exit 0 ;;
  *) echo "test.sh: no suite is called $suite" >&2; usage >&2; exit 2 ;;
esac
if [ $# -gt 2 ] || { [ "$suite" = all ] && [ -n "$name" ]; }; then
  usage >&2
  exit 2
fi

results=$PWD/build/test
mkdir -p "$results"
passed=0
failed=0
started=$SECONDS

say() { printf '\n== %s\n' "$*"; }

# count SUITE P F: adds to the sum. A suite that ran nothing has failed.
count() {
  local ran=$(($2 + $3)) bad=$3
  [ "$ran" -gt 0 ] || bad=1
  passed=$((passed + $2))
  failed=$((failed + bad))
  printf '%s: %d passed, %d failed, %d s\n' "$1" "$2" "$bad" $((SECONDS - suite_started))
}

# count_report SUITE KIND FILE STATUS: the same from a report file; no report, or a runner that failed
# without naming a failed test, counts as one failure.
count_report() {
  local p=0 f=0 numbers
  if numbers=$(python3 tools/test_results.py "$2" "$3"); then
    read -r p f <<<"$numbers"
  fi
  [ "$4" -eq 0 ] || [ "$f" -gt 0 ] || f=1
  count "$1" "$p" "$f"
}

finish() {
  printf '\n%d s in all\n%d passed, %d failed\n' $((SECONDS - started)) "$passed" "$failed"
  [ "$failed" -eq 0 ]
  exit
}

# A preparation without which nothing can run.
need() {
  local says=$1
  shift
  if ! "$@"; then
    echo "test.sh: $says failed" >&2
    failed=$((failed + 1))
    finish
  fi
}

# Python packages as tests/requirements.txt pins them.
python_tools() {
  local wanted
  wanted=$(sha256sum tests/requirements.txt | cut -d' ' -f1)
  if [ ! -x build/venv/bin/python ] || [ "$(cat build/venv/stamp 2>/dev/null)" != "$wanted" ]; then
    echo "Installing the Python packages of the tests"
    rm -rf build/venv
    python3 -m venv build/venv &&
      build/venv/bin/pip install -q --disable-pip-version-check -r tests/requirements.txt &&
      echo "$wanted" >build/venv/stamp
  fi
}

# npm packages of FOLDER as its lock file pins them.
npm_tools() {
  local folder=$1 wanted stamp
  stamp=build/npm-$(basename "$folder").stamp
  wanted=$(cat "$folder/package.json" "$folder/package-lock.json" | sha256sum | cut -d' ' -f1)
  if [ ! -d "$folder/node_modules" ] || [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
    echo "Installing the npm packages of $folder"
    npm --prefix "$folder" ci --no-audit --no-fund --loglevel=error && echo "$wanted" >"$stamp"
  fi
}

pytest_suite() {
  local suite_name=$1 status
  shift
  rm -f "$results/$suite_name.xml"
  # Two processes, each with servers of its own: half of the time is waiting.
  tools/with_postgres.sh build/venv/bin/python -m pytest -n 2 --dist loadfile "$@" ${name:+-k "$name"} \
    --junitxml="$results/$suite_name.xml" 2>&1 | tee "$results/$suite_name.log"
  status=${PIPESTATUS[0]}
  count_report "$suite_name" junit "$results/$suite_name.xml" "$status"
}

run_lint() {
  say "lint"
  need "configuring the debug build" quietly cmake --preset debug
  need "installing the console's packages" npm_tools web
  need "installing the browser tests' packages" npm_tools tests/browser
  rm -f "$results/lint.txt"
  tools/lint/run.sh "$results/lint.txt" ${name:+"$name"} 2>&1 | tee "$results/lint.log"
  count_report lint lines "$results/lint.txt" "${PIPESTATUS[0]}"
}

run_unit() {
  say "unit tests"
  need "configuring the debug build" quietly cmake --preset debug
  need "building the unit tests" quietly cmake --build build/debug
  echo "built in $((SECONDS - suite_started)) s"
  rm -f "$results/unit.txt"
  tools/with_postgres.sh python3 tools/run_unit_tests.py build/debug "$results/unit.txt" ${name:+"$name"}
  count_report unit lines "$results/unit.txt" $?
}

run_api() {
  say "api"
  need "installing the OpenAPI linter" npm_tools tests/openapi
  pytest_suite api tests/api tests/acme
}

run_clients() {
  say "clients"
  pytest_suite clients tests/clients
}

run_browser() {
  say "browser"
  need "installing the browser tests' packages" npm_tools tests/browser
  rm -f "$results/browser.json"
  PLAYWRIGHT_JSON_OUTPUT_NAME=$results/browser.json \
    npm --prefix tests/browser test -- --reporter=list,json ${name:+-g "$name"} 2>&1 | tee "$results/browser.log"
  count_report browser playwright "$results/browser.json" "${PIPESTATUS[0]}"
}

run_fuzz() {
  say "fuzz"
  need "configuring the fuzz build" quietly cmake --preset fuzz
  need "building the fuzz targets" quietly cmake --build build/fuzz --target fuzzers
  rm -f "$results/fuzz.txt"
  python3 tools/run_fuzzers.py build/fuzz "$results/fuzz.txt" ${name:+"$name"}
  count_report fuzz lines "$results/fuzz.txt" $?
}

run_bench() {
  say "bench"
  if tools/with_postgres.sh build/venv/bin/python bench/run.py ${name:+"$name"}; then count bench 1 0; else count bench 0 1; fi
}

# Runs a command and shows its output only when it fails.
quietly() {
  "$@" >"$results/build.log" 2>&1 || { tail -n 200 "$results/build.log"; return 1; }
}

run() {
  suite_started=$SECONDS
  "run_$1"
}

need "installing the test tools" tools/install.sh test
need "installing the Python packages" python_tools
case "$suite" in
  unit | fuzz) ;;
  *) need "building the release" tools/build_release.sh ;;
esac

if [ "$suite" = all ]; then
  for each in lint unit fuzz api clients browser; do run "$each"; done
else
  run "$suite"
fi
finish
