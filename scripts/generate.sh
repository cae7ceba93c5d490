#!/usr/bin/env bash
# Writes what comes out of the command itself: the page of codes, the base environment, the schemas.
#   scripts/generate.sh [KEYFOLIO]
set -euo pipefail
cd "$(dirname "$0")/.."
keyfolio=${1:-.build/debug/keyfolio}
mkdir -p docs Schemas/commands
"$keyfolio" explain --all >docs/codes.md
"$keyfolio" explain --base-environment >docs/base-environment.md
"$keyfolio" schema manifest >Schemas/keyfolio.schema.json
rm -f Schemas/commands/*.schema.json
for name in $("$keyfolio" schema); do
    [ "$name" = manifest ] || "$keyfolio" schema "$name" >"Schemas/commands/$name.schema.json"
done
