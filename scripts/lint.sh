#!/usr/bin/env bash
# The rules of the house that a program can check. Prints what breaks one; exit status 1 then.
set -euo pipefail
cd "$(dirname "$0")/.."
failed=0
complain() { echo "lint: $*" >&2; failed=1; }

folders=(Sources Tests)
for folder in Fuzz/Sources Benchmarks/Sources Examples/PortfolioSuite/portfolio-backend/Sources \
    Examples/PortfolioSuite/portfolio-backend/Tests; do
    [ -d "$folder" ] && folders+=("$folder")
done
swift format lint -r -s "${folders[@]}" Package.swift || failed=1

# The command starts in milliseconds because full Foundation is not in it.
if grep -rnE '^(@[a-zA-Z]+[[:space:]]+)?((public|internal|package|private|fileprivate)[[:space:]]+)?import([[:space:]]+(struct|class|enum|protocol|func|typealias|let|var))?[[:space:]]+(Foundation|Dispatch)\b' Sources --include='*.swift'; then
    complain "Foundation and Dispatch stay out of Sources: see ARCHITECTURE.md, Decisions"
fi
if grep -rnE 'try!|as!|fatalError\(' Sources --include='*.swift'; then
    complain "no call that can crash on input"
fi
long=$(git ls-files 'Sources/*.swift' | xargs -r wc -l | awk '$2 != "total" && $1 > 450 { print $2 " (" $1 " lines)" }')
[ -z "$long" ] || complain "a file tells one story; longer than 450 lines: $long"
if git ls-files | grep -E '(^|/)\.env($|\.)' | grep -vE '\.env\.example$'; then
    complain "a .env file is committed"
fi
for script in scripts/*.sh .ci/run Benchmarks/*.sh Fuzz/*.sh; do
    [ -f "$script" ] || continue
    bash -n "$script" || complain "$script does not parse"
    [ -x "$script" ] || complain "$script is not executable"
done
[ "$failed" = 0 ] && echo "lint: clean"
exit "$failed"
