#!/usr/bin/env bash
# The whole story on the example application, in a working copy of its own that is made anew each time.
#   scripts/demo.sh KEYFOLIO
# Nothing outside .build-demo/ is touched: not your store, not your keys, not a PostgreSQL of the machine.
set -euo pipefail
cd "$(dirname "$0")/.."
top=$PWD
keyfolio=$top/$1
backend_package=Examples/PortfolioSuite/portfolio-backend
work=$top/.build-demo
app=$work/PortfolioSuite

say() { printf '\n\033[1m▸ %s\033[0m\n' "$*"; }
show() { printf '\033[2m$ %s\033[0m\n' "$*"; "$@"; }

echo "Building the example's backend (some minutes the first time) …" >&2
swift build -c release --package-path "$backend_package" --product portfolio-backend >"$top/.build-demo.log" 2>&1 ||
    { tail -20 "$top/.build-demo.log" >&2; exit 1; }
rm -f "$top/.build-demo.log"
backend=$top/$backend_package/.build/release/portfolio-backend
start=$SECONDS

# A fresh working copy, with a git repository, a home for keys and stores, and a private PostgreSQL.
server=
cleanup() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    scripts/postgres.sh stop "$work/postgres" >/dev/null 2>&1 || true
}
trap cleanup EXIT
scripts/postgres.sh stop "$work/postgres" >/dev/null 2>&1 || true
rm -rf "$work"
mkdir -p "$app" "$work/home"
export XDG_DATA_HOME=$work/home
unset KEYFOLIO_STORE KEYFOLIO_KEY_FILE KEYFOLIO_ENV
cp -R Examples/PortfolioSuite/backend-ui "$app/"
mkdir -p "$app/portfolio-backend"
for file in Examples/PortfolioSuite/before/*/env*; do
    folder=$(basename "$(dirname "$file")")
    cp "$file" "$app/$folder/.$(basename "$file")"
done
chmod 644 "$app"/portfolio-backend/.env*
git -C "$app" init -q
cd "$app"
PATH=$(dirname "$keyfolio"):$PATH

say "A repository with .env files as one finds them"
ls -A portfolio-backend backend-ui

say "keyfolio describes it"
if [ "${KEYFOLIO_DEMO_INFER:-}" = 1 ]; then
    show keyfolio init
else
    # The example's own manifest says more than can be inferred; init keeps what is there.
    cp "$top/Examples/PortfolioSuite/keyfolio.yaml" .
    show keyfolio init
fi

say "What is wrong, why, and what mends it"
keyfolio check --color never >"$work/first-check.txt" || true
head -24 "$work/first-check.txt"
echo "   … $(tail -1 "$work/first-check.txt")"

. "$top/scripts/demo-steps.sh"

say "Done in $((SECONDS - start)) s. What you would type next, in your own project:"
cat <<'NEXT'
  keyfolio init                     # describe what is there, make a store
  keyfolio check                    # what is wrong, why, and the command that mends it
  keyfolio generate --missing       # make the secrets that nobody needs to know
  keyfolio import .env --move       # move secrets from a file into the encrypted store
  keyfolio run -- ./your-app        # start it with exactly its own variables
NEXT
