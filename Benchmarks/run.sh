#!/usr/bin/env bash
# Measures what the README and ARCHITECTURE.md claim, each figure against a yardstick in the same run, and writes
# Benchmarks/RESULTS.md.   Benchmarks/run.sh KEYFOLIO [--quick]
set -euo pipefail
cd "$(dirname "$0")/.."
echo "Building the benchmarks (release; some minutes the first time) …" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! swift build -c release --package-path Benchmarks --scratch-path .build-bench --static-swift-stdlib >"$log" 2>&1; then
    grep -E 'error:' -A4 "$log" >&2 || tail -20 "$log" >&2
    exit 1
fi
python3 Benchmarks/measure.py "$@"
python3 Benchmarks/measure_server.py "$(dirname "$1")/keyfolio-server" .build-bench/release/store-bench "${@:2}"
