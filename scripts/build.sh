#!/usr/bin/env bash
# Builds the command and the server for release, strips them, and puts them with the manual and completions into DIR/dist.
#   scripts/build.sh DIR FLAGS…   (the Makefile knows the flags)
set -euo pipefail
cd "$(dirname "$0")/.."
directory=$1
shift
# The manual is what the command says of itself, command by command, as troff (man(7)).
manual() {
    local command=$1 name
    printf '.TH KEYFOLIO 1 "" "keyfolio %s" "User Commands"\n.SH NAME\nkeyfolio \\- %s\n' \
        "$("$command" --version)" "check, keep and inject an application's configuration"
    page() { # TITLE WORDS…
        printf '.SH %s\n.nf\n' "$1"
        "$command" "${@:2}" --help | sed -e 's/\\/\\e/g' -e "s/^[.']/\\\\\&&/"
        printf '.fi\n'
    }
    # The commands under a command, as its own help lists them.
    under() {
        "$command" "$@" --help | awk '/SUBCOMMANDS:$/ { on = 1; next } /^[A-Z]/ { on = 0 } on && /^  [a-z]/ { print $1 }'
    }
    page KEYFOLIO
    local inner
    for name in $(under); do
        page "KEYFOLIO ${name^^}" "$name"
        for inner in $(under "$name"); do page "KEYFOLIO ${name^^} ${inner^^}" "$name" "$inner"; done
    done
}

# The linker takes the first library of a name that it finds, and pkg-config's word comes before the system's folders:
# a folder with nothing but the archives of the few libraries that are to be in the command, and their descriptions.
static=$PWD/$directory/static
mkdir -p "$static"
for library in sqlite3 yaml stdc++; do
    archive=$(gcc -print-file-name="lib$library.a")
    [ -f "$archive" ] || {
        echo "build.sh: there is no lib$library.a; scripts/install-dependencies.sh installs it" >&2
        exit 1
    }
    ln -sf "$archive" "$static/"
done
describe() { # NAME LIBRARY
    printf 'Name: %s\nDescription: %s in an archive\nVersion: 0\nLibs: -L%s -l%s\n' "$1" "$1" "$static" "$2" \
        >"$static/$1.pc"
}
describe sqlite3 sqlite3
describe yaml-0.1 yaml
export PKG_CONFIG_PATH=$static

echo "Building keyfolio and keyfolio-server (release; some minutes the first time) …" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
for product in keyfolio keyfolio-server; do
    if ! swift build --product "$product" "$@" >"$log" 2>&1; then
        grep -E 'error:' -A4 "$log" >&2 || tail -20 "$log" >&2
        exit 1
    fi
    foreign=$(ldd "$directory/release/$product" | grep -vE 'linux-vdso|ld-linux|libc\.so|libm\.so' || true)
    [ -z "$foreign" ] || { echo "build.sh: $product is not one static binary; it needs: $foreign" >&2; exit 1; }
done
dist=$directory/dist
mkdir -p "$dist/completions" "$dist/man"
if [ ! "$dist/keyfolio-server" -nt "$directory/release/keyfolio-server" ]; then
    strip -o "$dist/keyfolio-server" "$directory/release/keyfolio-server"
fi
if [ ! "$dist/keyfolio" -nt "$directory/release/keyfolio" ]; then
    strip -o "$dist/keyfolio" "$directory/release/keyfolio"
    "$dist/keyfolio" completions bash >"$dist/completions/keyfolio.bash"
    "$dist/keyfolio" completions zsh >"$dist/completions/_keyfolio"
    "$dist/keyfolio" completions fish >"$dist/completions/keyfolio.fish"
    manual "$dist/keyfolio" >"$dist/man/keyfolio.1"
fi
echo "Built $dist/keyfolio" >&2
