#!/bin/sh
# Tests build.sh in a copy of this folder: what it writes, what it leaves out, what it refuses.
set -eu
cd "$(dirname "$0")"
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cp -r build.sh source "$copy/"
failed=0

expect() { # DESCRIPTION CONDITION…
    description=$1
    shift
    if "$@"; then echo "ok    $description"; else echo "FAILS $description"; failed=1; fi
}

hostile=$(printf 'a"b\\c</script>\n${HOME} `id` \047 \303\244')
expect "builds" env -i PATH="$PATH" SECRET_KEY=server-side REACT_APP=none NOT_REACT_APP_X=no \
    REACT_APP_API_URL=http://localhost:8000 REACT_APP_ENVIRONMENT=development "REACT_APP_NOTE=$hostile" \
    "$copy/build.sh"
cat >"$copy/expected" <<'END'
globalThis.portfolioConfiguration = Object.freeze({
  "REACT_APP_API_URL": "http://localhost:8000",
  "REACT_APP_ENVIRONMENT": "development",
  "REACT_APP_NOTE": "a\"b\\c\u003c/script>\u000a${HOME} `id` ' ä",
});
END
expect "config.js has the public variables, quoted, and nothing else" cmp "$copy/expected" "$copy/dist/config.js"
expect "the page may talk to the backend and to nobody else" \
    grep -q "connect-src http://localhost:8000; base-uri" "$copy/dist/index.html"
expect "no placeholder is left" sh -c '! grep -q "@API_ORIGIN@" "$1/dist/index.html"' - "$copy"
for wrong in "" "ftp://localhost" "https://api.example.com/" "https://a|b" "https://a; script-src *" "$(printf 'http://a\nb')"; do
    expect "refuses an API URL that is no origin" sh -c \
        '! env -i PATH="$PATH" REACT_APP_API_URL="$1" "$2/build.sh" 2>/dev/null' - "$wrong" "$copy"
done
exit "$failed"
