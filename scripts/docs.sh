#!/usr/bin/env bash
# Builds the documentation of the library products into docs-build/.
set -euo pipefail
cd "$(dirname "$0")/.."
for product in Secrets DotEnv Findings Age Manifest SecretStore; do
    swift package --allow-writing-to-directory docs-build generate-documentation \
        --target "$product" --output-path "docs-build/$product" --transform-for-static-hosting \
        --hosting-base-path "$product"
done
