#!/bin/sh
# Builds the frontend into dist/: the files of source/, and config.js with the public variables.
#
#   REACT_APP_API_URL=http://localhost:8000 REACT_APP_ENVIRONMENT=development ./build.sh
#
# Every variable of the environment whose name begins with REACT_APP_ is written into config.js, as Create React App
# would do: everybody who opens the page can read it. That is why no secret may have such a name, and why Keyfolio gives
# a browser component its public variables only.
set -eu
cd "$(dirname "$0")"

fail() {
    echo "build.sh: $1" >&2
    exit 1
}

: "${REACT_APP_API_URL:=}"
[ -n "$REACT_APP_API_URL" ] || fail "REACT_APP_API_URL is not set: the backend's origin, such as http://localhost:8000"
# It goes into the page's Content-Security-Policy: an origin and nothing else.
if ! LC_ALL=C awk 'BEGIN { exit ENVIRON["REACT_APP_API_URL"] !~ /^https?:\/\/[][A-Za-z0-9.:-]+$/ }'; then
    fail "REACT_APP_API_URL is not an origin such as https://api.example.com (no path, no slash at the end)"
fi

rm -rf dist
mkdir dist
cp source/app.js source/style.css dist/
sed "s|@API_ORIGIN@|$REACT_APP_API_URL|" source/index.html >dist/index.html

# JSON strings, with `<` escaped too. awk reads the environment itself, so that no value passes through the shell.
# The order of the names is the same each time: the same variables give the same file.
{
    echo 'globalThis.portfolioConfiguration = Object.freeze({'
    LC_ALL=C awk '
        function quoted(text,    result, position, character) {
            result = ""
            for (position = 1; position <= length(text); position++) {
                character = substr(text, position, 1)
                if (character == "\\" || character == "\"") result = result "\\" character
                else if (character in escapes) result = result escapes[character]
                else result = result character
            }
            return "\"" result "\""
        }
        BEGIN {
            for (code = 1; code < 32; code++) escapes[sprintf("%c", code)] = sprintf("\\u%04x", code)
            escapes["<"] = "\\u003c"
            for (name in ENVIRON)
                if (name ~ /^REACT_APP_[A-Z0-9_]+$/) print "  " quoted(name) ": " quoted(ENVIRON[name]) ","
        }' | LC_ALL=C sort
    echo '});'
} >dist/config.js

echo "built dist/ with $(grep -c '^  "' dist/config.js) public variables"
