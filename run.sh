#!/usr/bin/env bash
# Builds Certwright and starts it: the one command for a fresh Debian 12.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: ./run.sh [--build-only] [--data DIR] [--listen ADDRESS] [--https-port N] [--http-port N] [-- OPTIONS]

Installs what Debian lacks (as root or through sudo), builds the server, the agent and the console, and
starts the server. The first start makes a root, an issuing authority and a one-time set-up link, and
prints all that you need. A second run builds only what changed. Ctrl-C stops the server.

  --build-only       build into build/release/bin and stop there
  --data DIR         where keys and the database live (./data; made with mode 0700)
  --listen ADDRESS   the address to listen on (the server's default when left out)
  --https-port N     console, API and ACME (8443)
  --http-port N      revocation lists, OCSP, chains and health (8080)
  --                 what follows goes to `certwright serve` as it is
  --help             this text

CERTWRIGHT_ADMIN_PASSWORD, when set at the first start, makes the user admin with that password instead
of the set-up link. DATABASE_URL=postgresql://... keeps the data in PostgreSQL.
TEXT
}

wrong() {
  echo "run.sh: $1" >&2
  usage >&2
  exit 2
}

called_from=$PWD
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
data=$root/data
build_only=no
serve=()

while [ $# -gt 0 ]; do
  case "$1" in
    --build-only) build_only=yes ;;
    --data | --listen | --https-port | --http-port)
      [ $# -ge 2 ] || wrong "$1 needs a value"
      case "$1" in
        --data)
          [ -n "$2" ] || wrong "--data needs a value"
          # Relative to where the command was typed.
          case "$2" in /*) data=$2 ;; *) data=$called_from/$2 ;; esac
          ;;
        *) serve+=("$1" "$2") ;;
      esac
      shift
      ;;
    -h | --help) usage; exit 0 ;;
    --) shift; serve+=("$@"); break ;;
    *) wrong "unknown option $1" ;;
  esac
  shift
done

cd "$root"
tools/install.sh build
tools/build_release.sh
if [ "$build_only" = yes ]; then
  exit 0
fi

# The server keeps an existing directory's mode and refuses a wider one; a new one is made tight.
[ -e "$data" ] || (umask 077 && mkdir -p "$data")
exec build/release/bin/certwright serve --welcome --data "$data" "${serve[@]}"
