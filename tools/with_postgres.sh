#!/usr/bin/env bash
# Runs a command beside a PostgreSQL server of its own, which is gone when the command ends.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: tools/with_postgres.sh COMMAND [ARGUMENT...]

Starts a throw-away PostgreSQL server with an empty cluster in a temporary directory, on a free
port of 127.0.0.1, with syncing to disk on; runs the command with its superuser's address in
CERTWRIGHT_TEST_POSTGRES (postgresql://...); then stops the server and removes the directory, also
after Ctrl-C. Ends with the command's status.

PostgreSQL's programs are taken from PG_BINDIR, or the newest version under /usr/lib/postgresql.
TEXT
}

case "${1:-}" in
  -h | --help) usage; exit 0 ;;
  "") usage >&2; exit 2 ;;
esac

if [ -z "${PG_BINDIR:-}" ]; then
  PG_BINDIR=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
fi
if [ ! -x "${PG_BINDIR:-}/initdb" ]; then
  echo "with_postgres.sh: no PostgreSQL server found: tools/install.sh test installs it" >&2
  exit 1
fi

# PostgreSQL refuses to run as root.
as_owner() {
  if [ "$(id -u)" -eq 0 ]; then
    (cd / && exec setpriv --reuid=postgres --regid=postgres --init-groups "$@")
  else
    "$@"
  fi
}

directory=$(mktemp -d "${TMPDIR:-/tmp}/certwright-postgres.XXXXXX")
command_pid=
clean_up() {
  trap - EXIT
  trap '' INT TERM HUP
  if [ -n "$command_pid" ]; then
    kill -TERM "$command_pid" 2>/dev/null || true
    wait "$command_pid" 2>/dev/null || true
  fi
  if [ -e "$directory/data/postmaster.pid" ]; then
    as_owner "$PG_BINDIR/pg_ctl" -D "$directory/data" -m immediate -w stop >/dev/null 2>&1 || true
  fi
  rm -rf "$directory"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

if [ "$(id -u)" -eq 0 ]; then
  chown postgres: "$directory"
fi
# Text that is ordered as people order it shows where a statement forgot its collation.
collation=(--locale=C.UTF-8)
if "$PG_BINDIR/initdb" --help | grep -q -- --locale-provider; then
  collation+=(--locale-provider=icu --icu-locale=en-US)
fi
as_owner "$PG_BINDIR/initdb" -D "$directory/data" -U postgres -A trust -E UTF8 "${collation[@]}" \
  >"$directory/initdb.log" 2>&1 || { cat "$directory/initdb.log" >&2; exit 1; }

# A port that looks free may be taken by the time the server binds it.
for attempt in 1 2 3 4 5; do
  port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
  if as_owner "$PG_BINDIR/pg_ctl" -D "$directory/data" -w -t 60 -l "$directory/server.log" start -o \
    "-c listen_addresses=127.0.0.1 -p $port -k $directory -c max_connections=200 -c fsync=on \
     -c max_prepared_transactions=0 -c logging_collector=off" >/dev/null 2>&1; then
    break
  fi
  if [ "$attempt" -eq 5 ]; then
    cat "$directory/server.log" >&2
    exit 1
  fi
done

export CERTWRIGHT_TEST_POSTGRES="postgresql://postgres@127.0.0.1:$port/postgres"
# In the background, so that a signal is seen at once; with the terminal's input nonetheless.
"$@" <&0 &
command_pid=$!
status=0
wait "$command_pid" || status=$?
command_pid=
exit "$status"
