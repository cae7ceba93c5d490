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
swift build --package-path "$backend_package" --product portfolio-backend >"$top/.build-demo.log" 2>&1 ||
    { tail -20 "$top/.build-demo.log" >&2; exit 1; }
rm -f "$top/.build-demo.log"
backend=$top/$backend_package/.build/debug/portfolio-backend
start=$SECONDS

# A fresh working copy, with a git repository, a home for keys and stores, and a private PostgreSQL.
server=
# Not below the working copy: as root the server runs as another user, who may not be able to enter that.
cluster=$(mktemp -d "${TMPDIR:-/tmp}/postgres.XXXXXXXX")
cleanup() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    "$top/scripts/postgres.sh" stop "$cluster" >/dev/null 2>&1 || true
    rm -rf "$cluster"
}
trap cleanup EXIT
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

say "Mend what a person must decide: switches, modes, what does not belong in a browser"
show chmod 600 portfolio-backend/.env portfolio-backend/.env.staging portfolio-backend/.env.production
show sed -i 's/^DEBUG=True/DEBUG=False/' portfolio-backend/.env.staging
show sed -i 's/^HSTS_ENABLED=False/HSTS_ENABLED=True/' portfolio-backend/.env.production
show sed -i '/REACT_APP_AWS_SECRET_ACCESS_KEY/d' backend-ui/.env.local
show sed -i 's,http://api,https://api,' backend-ui/.env.production
show sh -c 'echo REACT_APP_API_URL=https://staging.example.com >backend-ui/.env.staging; chmod 600 backend-ui/.env*'
show git add .gitignore keyfolio.yaml portfolio-backend/.env.example backend-ui/.env.example
show sh -c 'echo RATE_LIMIT_ENABLED=False >>portfolio-backend/.env'

say "Secrets out of the file, into the encrypted store; every other line stays as it was"
show keyfolio import portfolio-backend/.env --move
cat portfolio-backend/.env

say "A private PostgreSQL, with a database and a role of its own for each environment"
assignments=$("$top/scripts/postgres.sh" start "$cluster")
set -a
eval "$assignments"
set +a
for environment in development staging production; do
    printf 'postgresql://portfolio_%s:to-be-made@127.0.0.1:%s/portfolio_%s?sslmode=verify-full&sslrootcert=%s' \
        "$environment" "$PGPORT" "$environment" "$PGSSLROOTCERT" |
        keyfolio set DATABASE_URL --env "$environment"
    show keyfolio generate DATABASE_URL --replace --env "$environment"
    database_password=$(keyfolio get DATABASE_URL --env "$environment" | sed -E 's,^[^:]*://[^:]*:([^@]*)@.*,\1,')
    database_password=$(printf '%b' "${database_password//%/\\x}")
    export database_password
    psql -q -d postgres -v ON_ERROR_STOP=1 -v "name=portfolio_$environment" <<'SQL'
\getenv password database_password
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name";
\connect :"name"
GRANT ALL ON SCHEMA public TO :"name";
SQL
done
unset database_password

say "What only a person knows: the address of the error tracker"
printf 'https://%s@o%s.ingest.sentry.io/%s' "$(openssl rand -hex 16)" 4507 1182 |
    keyfolio set SENTRY_DSN --env production

say "What nobody needs to know is made"
for environment in development staging production; do
    show keyfolio generate --missing --env "$environment"
done

say "Every environment, checked"
show keyfolio check --color never --all

say "The backend, with exactly its own variables"
show keyfolio run --component backend -- "$backend" seed
keyfolio run --component backend -- env PORT=0 "$backend" >"$work/backend.out" 2>"$work/backend.log" &
server=$!
for _ in $(seq 200); do
    grep -q 'listening on' "$work/backend.out" && break
    kill -0 "$server" 2>/dev/null || { cat "$work/backend.log" >&2; exit 1; }
    sleep 0.05
done
url=$(sed -n 's/^listening on //p' "$work/backend.out")
echo "It is process $server; the variables that it received:"
tr '\0' '\n' <"/proc/$server/environ" | sed 's/=.*//' | sort | tr '\n' ' ' | fold -sw 100
echo
show curl -fsS "$url/health"
echo
echo '$ curl … /api/login'
token=$(printf '{"username":"demo","password":"%s"}' "$(keyfolio get DEMO_PASSWORD)" |
    curl -fsS "$url/api/login" -H 'Content-Type: application/json' -d @- | sed -E 's/.*"token" *: *"([^"]+)".*/\1/')
echo "a token of ${#token} characters, signed with SECRET_KEY"
echo '$ curl … /api/me'
printf 'header = "Authorization: Bearer %s"\n' "$token" | curl -fsS -K - "$url/api/me"
echo
kill "$server"
wait "$server" 2>/dev/null || true
server=

say "Who touched what"
show keyfolio audit show --last 4
show keyfolio audit verify

say "Done in $((SECONDS - start)) s. What you would type next, in your own project:"
cat <<'NEXT'
  keyfolio init                     # describe what is there, make a store
  keyfolio check                    # what is wrong, why, and the command that mends it
  keyfolio generate --missing       # make the secrets that nobody needs to know
  keyfolio import .env --move       # move secrets from a file into the encrypted store
  keyfolio run -- ./your-app        # start it with exactly its own variables
NEXT
