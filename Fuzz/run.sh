#!/usr/bin/env bash
# Builds a fuzz target and runs it: Fuzz/run.sh TARGET SECONDS [OPTION...], for instance Fuzz/run.sh dotenv 60.
# TARGET is age, certificate, dotenv, interchange, json11, jwt, manifest, paths, policy, sigv4, transit, or all of them one after the other.
#
# The corpus grows in Fuzz/.build/corpus/TARGET, which nobody commits; it starts from the seeds of the target. An input
# that breaks an invariant is left in Fuzz/.build/crashes, and the exit status is not 0. Options go to libFuzzer.
set -euo pipefail

target=${1:?the target: age, certificate, dotenv, interchange, json11, jwt, manifest, paths, policy, sigv4, transit or all}
seconds=${2:?how many seconds to run}
shift 2
cd "$(dirname "$0")"

if [ "$target" = all ]; then
    for each in age certificate dotenv interchange json11 jwt manifest paths policy sigv4 transit; do
        echo "fuzz-$each, $seconds s …"
        "./$(basename "$0")" "$each" "$seconds" "$@"
    done
    exit
fi

# Where the toolchain is, whatever link starts it.
resources=$(swiftc -print-target-info | sed -n 's/.*"runtimeResourcePath" *: *"\(.*\)".*/\1/p')
runtime=$resources/../clang
library=$(find -L "$runtime" -name "libclang_rt.fuzzer_no_main-$(uname -m).a" | head -n 1)
if [ -z "$library" ]; then
    echo "run.sh: the Swift toolchain has no libFuzzer below $runtime" >&2
    exit 1
fi

scratch=.build/fuzz
corpus=.build/corpus/$target
log=.build/fuzz-$target.log
mkdir -p "$corpus" .build/crashes
swift build -c release --scratch-path "$scratch" --product "fuzz-$target" \
    -Xswiftc -sanitize=address \
    -Xswiftc -sanitize-coverage=edge,inline-8bit-counters,pc-table \
    -Xlinker "$library" -Xlinker -lstdc++ >"$log" 2>&1 || { tail -20 "$log" >&2; exit 1; }

# One seed: the byte that chooses, then a file.
seed() { # BYTE FILE NAME
    printf '%b' "\\x$1" >"$corpus/$3"
    cat "$2" >>"$corpus/$3"
}
case $target in
age)
    # The vectors of the test kit are whole age files behind a header of their own.
    for vector in ../Tests/AgeTests/Fixtures/testkit/*; do
        [ -f "$vector" ] || continue
        printf '\0' >"$corpus/$(basename "$vector")"
        sed '1,/^$/d' "$vector" >>"$corpus/$(basename "$vector")"
    done
    ;;
certificate)
    # Made anew: no key of a fixture is worth keeping. One that signs itself, as DER behind a pattern and as PEM.
    certificate=.build/certificate.pem
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -keyout /dev/null \
        -subj '/O=example/OU=team/CN=app.example' -out "$certificate" \
        -addext 'subjectAltName=DNS:app.example,email:app@example,URI:spiffe://example/app' 2>/dev/null
    printf '\377' >"$corpus/pem"
    cat "$certificate" >>"$corpus/pem"
    printf '\005app.*' >"$corpus/der"
    openssl x509 -in "$certificate" -outform DER >>"$corpus/der"
    ;;
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
interchange)
    for choice in 00 01 02 03 04 05 06 07; do
        printf '%b%s' "\\x$choice" '{"A": "1", "B": 2.50, "C": true}' >"$corpus/json-$choice"
        printf '%b%s\n' "\\x$choice" 'A: "1"' 'B: [x' >"$corpus/yaml-$choice"
        printf '%b%s\n' "\\x$choice" "export A='b c'" >"$corpus/shell-$choice"
        printf '%bA<<EOF\nb\nEOF\n' "\\x$choice" >"$corpus/github-$choice"
        printf '%bapiVersion: v1\nkind: Secret\ndata:\n  A: Yg==\n' "\\x$choice" >"$corpus/kubernetes-$choice"
    done
    ;;
json11)
    number=0
    while IFS= read -r body; do
        number=$((number + 1))
        printf '\0%s' "$body" >"$corpus/body-$number"
    done <<'EOF'
{"SecretId":"a","VersionId":"EXAMPLE1-90ab-cdef-fedc-ba987EXAMPLE","VersionStage":"AWSCURRENT"}
{"Name":"a/b","ClientRequestToken":"EXAMPLE1-90ab-cdef-fedc-ba987EXAMPLE","SecretBinary":"AAEC","Tags":[{"Key":"k","Value":"v"}]}
{"Filters":[{"Key":"tag-value","Values":["!a","b"]}],"MaxResults":5,"SortBy":"name"}
{"SecretId":"a","ClientRequestToken":"EXAMPLE1-90ab-cdef-fedc-ba987EXAMPLE","RotationRules":{"ScheduleExpression":"cron(0 8 1 * ? *)","Duration":"3h"}}
{"LookupAttributes":[{"AttributeKey":"EventName","AttributeValue":"x"}],"StartTime":1.7E9,"EndTime":1700000001.5}
EOF
    printf '\1%s' '{"Statement":{"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::000000000000:user/ada"},"Action":"secretsmanager:Get*","Resource":"arn:*","Condition":{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"},"StringLike":{"aws:username":"a*"}}}}' >"$corpus/policy"
    ;;
jwt)
    # A token and an issuer's keys, claims and a role, a text and a pattern.
    printf '\0%s\n\n%s' 'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UifQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q' \
        '{"keys":[{"kty":"EC","crv":"P-256","kid":"a","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}' >"$corpus/token"
    printf '\1%s\n\n%s' '{"iss":"issuer","sub":"ada","aud":["a"],"exp":1800000001,"nbf":1.8e9,"a":{"b":["c"]}}' \
        '{"role_type":"jwt","user_claim":"sub","bound_audiences":"a","bound_subject":"ada","bound_claims":{"/a/b":["c*"]},"bound_claims_type":"glob","claim_mappings":{"sub":"s"},"clock_skew_leeway":5}' >"$corpus/claims"
    printf '\2%s\n\n%s' 'repo:a/b:ref:main' 'repo:a/*:ref:*' >"$corpus/pattern"
    ;;
sigv4)
    # The requests that botocore signed, as the target reads requests.
    python3 - ../Tests/ServerTests/AWS/Fixtures/botocore-signatures.json "$corpus" <<'EOF'
import json, sys
for number, request in enumerate(json.load(open(sys.argv[1]))["requests"]):
    lines = [" ".join([request["method"], request["path"]] + ([request["query"]] if request["query"] else []))]
    lines += [name + ": " + value for name, value in request["headers"]]
    with open(f"{sys.argv[2]}/request-{number}", "w") as seed:
        seed.write("\n".join(lines) + "\n\n" + request["body"])
EOF
    ;;
manifest)
    seed 00 ../Examples/PortfolioSuite/keyfolio.yaml example
    seed 04 ../Examples/PortfolioSuite/keyfolio.yaml compose
    seed 05 ../Examples/PortfolioSuite/backend-ui/package.json package
    ;;
paths)
    number=0
    while IFS= read -r texts; do
        number=$((number + 1))
        printf '%b' "$texts" >"$corpus/texts-$number"
    done <<'EOT'
\x00secret\napp/db
\x00kv\napp/d b=2F/@x
\x01team/kv\n+/a
\x02portfolio--production\nPortfolio--Production\n
\x02my---5Fapp--db---2Eurl\nmy---5fapp--db---2eurl\nteam
\x03secret/data/a%2Fb/
EOT
    ;;
policy)
    # The choices of the first byte: a text, rules and paths in short, the path of a request, a name.
    for choice in 0 1; do
        printf '%b%s\n' "\\x0$choice" 'path "secret/data/+/a*" { capabilities = ["read", "list"] }' \
            'path "x" { policy = "write" allowed_parameters = { a = ["b*", 1], "*" = [] } min_wrapping_ttl = "1h" }' \
            >"$corpus/text-$choice"
        printf '%b%s' "\\x0$choice" '{"path": {"s/{{identity.entity.id}}": {"capabilities": ["deny"]}}}' >"$corpus/json-$choice"
        printf '%bpath "a" { required_parameters = [<<-E\n  b\n  E\n, "c"] } # x\n' "\\x0$choice" >"$corpus/heredoc-$choice"
    done
    printf '\002a/+/b*\nra/*\nda/b\nla/x/b' >"$corpus/rules"
    printf '\004secret/data/%%2e%%2e/a%%c3%%a9' >"$corpus/path"
    printf '\005 Root ' >"$corpus/name"
    ;;
transit)
    number=0
    for text in vault:v1:AAAA vault:v0: vault:v999999999:AA== 'vault:v1:MEUCIQDx+A==' vault:v1:-_-_; do
        number=$((number + 1))
        printf '\0%s' "$text" >"$corpus/text-$number"
    done
    printf '\001%s' '{"plaintext":"AAAA","context":"AA==","associated_data":"","key_version":1,"nonce":""}' >"$corpus/body"
    printf '\001%s' '{"batch_input":[{"plaintext":"AAAA","reference":"r"},{"plaintext":"?"}],"partial_failure_response_code":202}' \
        >"$corpus/batch"
    key='"key":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","code":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="'
    settings='"type":"aes256-gcm96","latest":1,"min_available":0,"min_decryption":1,"min_encryption":0,"auto_rotate":0,"bytes":0'
    printf '\002{"format":"keyfolio/1 transit key","name":"k","key":{%s,"exportable":true,"backup":true,"versions":[{%s}]}}' \
        "$settings" "\"number\":1,\"created\":\"2026-01-31T00:00:00.000000Z\",$key" >"$corpus/backup"
    ;;
*)
    echo "run.sh: there is no target $target" >&2
    exit 2
    ;;
esac

# A backtrace would print what is in the registers.
export SWIFT_BACKTRACE=enable=no
# Swift keeps flags in the upper bits of a string's pointer, so LeakSanitizer takes every text of a global for lost. What
# really leaks shows as memory that grows: -rss_limit_mb.
export ASAN_OPTIONS=detect_leaks=0
if ! "$scratch/release/fuzz-$target" -max_total_time="$seconds" -artifact_prefix=.build/crashes/ -print_final_stats=1 \
    -rss_limit_mb=4096 "$@" "$corpus" >>"$log" 2>&1; then
    tail -30 "$log" >&2
    exit 1
fi
grep -aE 'stat::number_of_executed_units|stat::new_units_added|^Done' "$log" | tail -3
