#!/usr/bin/env bash
# Installs what a fresh Debian 12 lacks: `build` to build and run Certwright, `test` to test it as well.
# Quick when everything is there. Needs root or sudo only when something is missing.
set -euo pipefail

build_packages=(
  g++ cmake ninja-build make pkg-config ccache mold ca-certificates curl git
  libboost1.81-dev libboost-context1.81-dev libboost-json1.81-dev libssl-dev libsqlite3-dev libpq-dev
  libargon2-dev libqrencode-dev libunbound-dev libevent-dev libcurl4-openssl-dev libpsl-dev publicsuffix libidn2-dev dns-root-data
  prometheus-cpp-dev libyaml-cpp-dev libcli11-dev libspdlog-dev libfmt-dev libbrotli-dev brotli zlib1g-dev
)
test_packages=(
  clang-format-19 clang-tidy-19 clang-19 libclang-rt-19-dev libgtest-dev libbenchmark-dev
  sqlite3 postgresql postgresql-client openssl oathtool openjdk-17-jdk-headless gnutls-bin libnss3-tools
  certbot python3-certbot-dns-rfc2136 lego uacme dehydrated acme-tiny acmetool caddy apache2-bin python3-acme
  golang-go golang-golang-x-crypto-dev
  bind9 bind9-utils bind9-dnsutils pebble nginx-light rsyslog rsyslog-openssl wrk
  chromium fonts-noto-core python3-venv procps psmisc jq lsof shellcheck
)

usage() { echo "Usage: tools/install.sh build|test"; }
case "${1:-}" in
  build) wanted=("${build_packages[@]}") ;;
  test) wanted=("${build_packages[@]}" "${test_packages[@]}") ;;
  -h | --help) usage; exit 0 ;;
  *) usage >&2; exit 2 ;;
esac

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

missing=()
for package in "${wanted[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
# The console needs Node 18 or newer; Debian's own is new enough, and one that is already there will do.
command -v node >/dev/null 2>&1 || missing+=(nodejs)
command -v npm >/dev/null 2>&1 || missing+=(npm)

if [ "${#missing[@]}" -gt 0 ]; then
  echo "Installing ${#missing[@]} Debian packages: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  as_root apt-get update -qq
  # Packages of servers must not start them: the tests run their own, on ports of their own.
  guard=$(mktemp)
  printf '#!/bin/sh\nexit 101\n' >"$guard"
  chmod 755 "$guard"
  placed=no
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    as_root cp "$guard" /usr/sbin/policy-rc.d && placed=yes
  fi
  status=0
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null || status=$?
  [ "$placed" = yes ] && as_root rm -f /usr/sbin/policy-rc.d
  rm -f "$guard"
  exit "$status"
fi
