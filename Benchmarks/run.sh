#!/usr/bin/env bash
# Measures what the README and ARCHITECTURE.md claim, each figure against a yardstick in the same run, and writes
# Benchmarks/RESULTS.md.   Benchmarks/run.sh KEYFOLIO
set -euo pipefail
cd "$(dirname "$0")/.."
python3 Benchmarks/measure.py "$@"
