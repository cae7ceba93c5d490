#!/usr/bin/env bash
# Builds a fuzz target and runs it: Fuzz/run.sh TARGET SECONDS [OPTION...], for instance Fuzz/run.sh dotenv 60.
#
# The corpus grows in Fuzz/.build/corpus/TARGET, which nobody commits; it starts from the seeds of the target. An input
# that breaks an invariant is left in Fuzz/.build/crashes. Options go to libFuzzer.
set -euo pipefail

target=${1:?the target, such as dotenv}
seconds=${2:?how many seconds to run}
shift 2
cd "$(dirname "$0")"

runtime=$(dirname "$(command -v swiftc)")/../lib/clang
library=$(find -L "$runtime" -name "libclang_rt.fuzzer_no_main-$(uname -m).a" | head -n 1)
if [ -z "$library" ]; then
    echo "run.sh: the Swift toolchain has no libFuzzer below $runtime" >&2
    exit 1
fi

scratch=.build/fuzz
swift build -c release --scratch-path "$scratch" --product "fuzz-$target" \
    -Xswiftc -sanitize=address \
    -Xswiftc -sanitize-coverage=edge,inline-8bit-counters,pc-table \
    -Xlinker "$library" -Xlinker -lstdc++

corpus=.build/corpus/$target
mkdir -p "$corpus" .build/crashes
case $target in
dotenv)
    # Each probe of the reference table, once for each dialect: the first byte of an input chooses.
    number=0
    grep -v '^#' ../Tests/DotEnvTests/Fixtures/probes.tsv | tail -n +2 | cut -f 3 | while IFS= read -r probe; do
        for choice in 0 1 2 3 4 5; do
            number=$((number + 1))
            printf '%b' "\\x0$choice$probe" >"$corpus/probe-$number"
        done
    done
    ;;
esac

# A backtrace would print what is in the registers.
export SWIFT_BACKTRACE=enable=no
"$scratch/release/fuzz-$target" -max_total_time="$seconds" -artifact_prefix=.build/crashes/ -print_final_stats=1 \
    "$@" "$corpus"
