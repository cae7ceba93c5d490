#!/usr/bin/env bash
# Builds the command for release, strips it, and puts it with its manual and completions into DIR/dist.
#   scripts/build.sh DIR FLAGS…   (the Makefile knows the flags)
set -euo pipefail
cd "$(dirname "$0")/.."
directory=$1
shift
echo "Building keyfolio (release; some minutes the first time) …" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! swift build --product keyfolio "$@" >"$log" 2>&1; then
    grep -E 'error:' -A4 "$log" >&2 || tail -20 "$log" >&2
    exit 1
fi
dist=$directory/dist
mkdir -p "$dist/completions" "$dist/man"
if [ ! "$dist/keyfolio" -nt "$directory/release/keyfolio" ]; then
    strip -o "$dist/keyfolio" "$directory/release/keyfolio"
    "$dist/keyfolio" completions bash >"$dist/completions/keyfolio.bash"
    "$dist/keyfolio" completions zsh >"$dist/completions/_keyfolio"
    "$dist/keyfolio" completions fish >"$dist/completions/keyfolio.fish"
    "$dist/keyfolio" manual --directory "$dist/man"
fi
echo "Built $dist/keyfolio" >&2
