#!/usr/bin/env bash
# Runs every check of the sources, and writes `ok NAME` or `failed NAME` per check into RESULT_FILE.
# Usage: tools/lint/run.sh RESULT_FILE [NAME]     (NAME: only checks whose name contains it)
# Wants what ./test.sh lint prepares: the test tools, a configured build/debug, the npm packages.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2
if [ $# -lt 1 ] || [ $# -gt 2 ]; then
  echo "Usage: tools/lint/run.sh RESULT_FILE [NAME]" >&2
  exit 2
fi
result=$1
wanted=${2:-}
: >"$result"
status=0

check() {
  local name=$1 from=$SECONDS verdict=ok
  shift
  case "$name" in *"$wanted"*) ;; *) return ;; esac
  local output
  if ! output=$("$@" 2>&1); then
    verdict=failed
    status=1
    printf '%s\n' "$output" | tail -n 200
  fi
  echo "$verdict $name" >>"$result"
  printf '%-8s %-18s %3d s\n' "$verdict" "$name" $((SECONDS - from))
}

cxx_files() { find src agent fuzz bench -type f \( -name '*.cc' -o -name '*.h' \) -print0; }
shell_files() { printf '%s\0' run.sh test.sh .ci/run; find tools bench tests -name node_modules -prune -o -name '*.sh' -print0; }

cxx_format() { cxx_files | xargs -0 clang-format-19 --dry-run --Werror; }
shell_scripts() { shell_files | xargs -0 shellcheck -x -e SC2317; }
python_scripts() { build/venv/bin/ruff check --quiet tools tests bench && build/venv/bin/ruff format --check --quiet tools tests bench; }

check cxx-format cxx_format
check includes python3 tools/check_includes.py
check shell shell_scripts
check python python_scripts
check tree python3 tools/lint/check_tree.py
check documents python3 tools/lint/check_documents.py
check console npm --prefix web run --silent check
check browser-tests npm --prefix tests/browser run --silent check
check clang-tidy python3 tools/lint/tidy.py build/debug
exit "$status"
