#!/usr/bin/env bash
# Builds the documentation of the library products into docs-build/.
set -euo pipefail
cd "$(dirname "$0")/.."
# What comes out is moved to its place, which must not be taken, in a folder that must be there.
rm -rf docs-build
mkdir docs-build
for product in Age DotEnv Findings Interchange Manifest Secrets SecretStore StorageSQLite Vaulting; do
    swift package --disable-sandbox --allow-writing-to-directory docs-build generate-documentation \
        --target "$product" --output-path "docs-build/$product" --transform-for-static-hosting \
        --hosting-base-path "$product"
done
