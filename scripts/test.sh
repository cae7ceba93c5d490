#!/usr/bin/env bash
# Builds everything and runs every test. Long output goes to a log that is shown when something fails; the last lines
# are the test runner's own summary.
set -euo pipefail
cd "$(dirname "$0")/.."
export SWIFT_BACKTRACE=enable=no
log=$(mktemp -d)
trap 'rm -rf "$log"' EXIT
export PATH="$PWD/.venv/bin:$PATH"

# Shows what failed and how; a whole log is too long to read. Tests that begin are named with their arguments, which may
# be texts of errors: those lines are none.
report() {
    grep -aE '✘|^↳|(^|: )error: |Fatal|recorded an issue|warning: .*unsafe' "$1" | grep -avE '^[◇✔]|^↳ ///' | head -80 >&2 || true
    tail -5 "$1" >&2
    exit 1
}

run() { # NAME COMMAND…
    local name=$1 start=$SECONDS
    shift
    printf '%s … ' "$name"
    if "$@" >"$log/out" 2>&1; then
        echo "$((SECONDS - start)) s"
    else
        echo "FAILED after $((SECONDS - start)) s"
        report "$log/out"
    fi
}

run "Fetching the schemas that reports are held against" scripts/fetch-report-schemas
run "Building everything" swift build --build-tests
if [ -d Examples/PortfolioSuite/portfolio-backend ]; then
    run "Building the example" swift build --package-path Examples/PortfolioSuite/portfolio-backend --build-tests
    run "Testing the example" scripts/with-postgres.sh \
        swift test --skip-build --package-path Examples/PortfolioSuite/portfolio-backend
    grep -aE 'Test run with' "$log/out" || true
fi
echo "Testing keyfolio …"
if ! scripts/with-postgres.sh swift test --skip-build >"$log/out" 2>&1; then
    report "$log/out"
fi
grep -aE 'skipped|Test run with' "$log/out" | tail -20
