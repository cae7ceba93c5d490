#!/usr/bin/env bash
# Runs a command beside a private PostgreSQL and takes the server away afterwards.
#   scripts/with-postgres.sh COMMAND…    the command finds PGHOST, PGPORT … in its environment (scripts/postgres.sh)
set -euo pipefail
scripts=$(cd "$(dirname "$0")" && pwd)
[ $# -gt 0 ] || { sed -n '3s/^# *//p' "$0" >&2; exit 2; }
directory=$(mktemp -d "${TMPDIR:-/tmp}/postgres.XXXXXXXX")
finish() {
    "$scripts/postgres.sh" stop "$directory" || true
    rm -rf "$directory"
}
trap finish EXIT
assignments=$("$scripts/postgres.sh" start "$directory")
set -a
eval "$assignments"
set +a
"$@"
