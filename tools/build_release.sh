#!/usr/bin/env bash
# Builds build/release/bin/certwright with the console in it, certwright-agent and certwright-verify. Does only what is
# out of date, and uses the network only when the console's locked packages are not there yet.
set -euo pipefail
cd "$(dirname "$0")/.."

case "${1:-}" in
  "") ;;
  -h | --help) echo "Usage: tools/build_release.sh"; exit 0 ;;
  *) echo "Usage: tools/build_release.sh" >&2; exit 2 ;;
esac

log=build/release.log
mkdir -p build

# Runs a step quietly; says what it does, and shows the whole log when it fails.
step() {
  local says=$1
  shift
  if ! "$@" >"$log" 2>&1; then
    cat "$log" >&2
    echo "certwright: $says failed; the log is above and in $log" >&2
    exit 1
  fi
}

digest() { sha256sum | cut -d' ' -f1; }

# True when the stamp NAME holds DIGEST.
fresh() { [ -f "build/$1.stamp" ] && [ "$(cat "build/$1.stamp")" = "$2" ]; }

configure_server() {
  [ -f build/release/build.ninja ] || step "configuring the build" cmake --preset release
}

build_server() { step "building the server" cmake --build build/release --target certwright certwright-agent certwright-verify; }

console_packages() {
  local wanted
  wanted=$(cat web/package.json web/package-lock.json | digest)
  if [ ! -d web/node_modules ] || ! fresh npm-web "$wanted"; then
    echo "Installing the console's packages"
    step "installing the console's packages" npm --prefix web ci --no-audit --no-fund
    echo "$wanted" >build/npm-web.stamp
  fi
}

# Everything that the console is made from: its sources and the description of the API.
console_inputs() {
  find web -type d \( -name node_modules -o -name dist \) -prune -o -type f ! -path web/src/api/schema.d.ts -print0 |
    LC_ALL=C sort -z | xargs -0 sha256sum
  sha256sum build/openapi.json
}

build_console() {
  local wanted
  build/release/bin/certwright openapi >build/openapi.json
  wanted=$(console_inputs | digest)
  if [ ! -d web/dist ] || [ ! -f web/src/api/schema.d.ts ] || ! fresh console "$wanted"; then
    console_packages
    echo "Building the console"
    step "generating the console's types" npm --prefix web run types -- "$PWD/build/openapi.json"
    step "building the console" npm --prefix web run build
    build_server
    console_inputs | digest >build/console.stamp
  fi
}

started=$SECONDS
if [ ! -x build/release/bin/certwright ]; then
  echo "Building the server (some minutes the first time, seconds from then on)"
fi
configure_server
# The console's types come from the server, and the server carries the console: built once, the server
# describes its API; after the console, only its assets are compiled and linked anew.
build_server
build_console
[ $((SECONDS - started)) -lt 5 ] || echo "Built in $((SECONDS - started)) s"
