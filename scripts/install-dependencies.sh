#!/usr/bin/env bash
# Installs what Keyfolio's build, tests and demo need and what is not there yet, from Debian and the Python index.
# Says what it will do before it does it; does nothing, quickly, when all is there.
#
#   scripts/install-dependencies.sh    everything for `make demo`, `make test` and `make bench`
#
# PostgreSQL's package usually creates a cluster and starts it. Here it does not: the tests start a private one
# (scripts/postgres.sh). A PostgreSQL that is installed already is left as it is.
set -euo pipefail
cd "$(dirname "$0")/.."

die() {
    echo "install-dependencies.sh: $*" >&2
    exit 1
}

missing=()
# PACKAGE CONDITION…: the package is missing when the condition fails. What is there by another way, Python by pyenv
# for example, counts.
need() {
    local package=$1
    shift
    "$@" >/dev/null 2>&1 || missing+=("$package")
}
has_header() {
    local folder
    for folder in /usr/include /usr/include/postgresql "/usr/include/$(uname -m)-linux-gnu" /usr/local/include; do
        [ -e "$folder/$1" ] && return
    done
    return 1
}
has_postgresql_server() {
    compgen -G "/usr/lib/postgresql/*/bin/initdb" || command -v initdb
}
has_cplusplus() {
    compgen -G "/usr/include/c++/*/vector"
}

[ $# = 0 ] || die "usage: scripts/install-dependencies.sh"

need make command -v make
need git command -v git
need gcc command -v gcc
need g++ has_cplusplus
need pkg-config command -v pkg-config
need libsqlite3-dev has_header sqlite3.h
need libyaml-dev has_header yaml.h
need libpq-dev has_header libpq-fe.h
need postgresql has_postgresql_server
need postgresql-client command -v psql
need openssl command -v openssl
need age command -v age
need curl command -v curl
need python3-venv python3 -c "import ensurepip, sys, venv; assert sys.version_info >= (3, 10)"

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

install_packages() {
    command -v apt-get >/dev/null ||
        die "there is no apt-get here. Install by other means what Debian packages as: ${missing[*]}"
    [ "$(id -u)" = 0 ] || command -v sudo >/dev/null ||
        die "there is no sudo here. As root: apt-get install --no-install-recommends ${missing[*]}"
    echo "Installing from Debian$([ "$(id -u)" = 0 ] || echo ', with sudo'): ${missing[*]}"
    case " ${missing[*]} " in *" postgresql "*) without_cluster ;; esac
    local log
    log=$(mktemp)
    if ! { as_root apt-get update -q &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"; } \
        >"$log" 2>&1; then
        tail -20 "$log" >&2
        die "apt-get failed; its whole output is in $log"
    fi
    rm -f "$log"
}

# Tells postgresql-common not to create the cluster `main`, for as long as this installation runs: the drop-in goes away
# again, so that whoever installs another PostgreSQL later gets what Debian promises.
without_cluster() {
    echo "  (PostgreSQL comes without a cluster; nothing of it is started)"
    drop_in_folder=/etc/postgresql-common/createcluster.d
    drop_in=$drop_in_folder/zz-keyfolio-no-cluster.conf
    trap 'as_root rm -f "$drop_in"; as_root rmdir --ignore-fail-on-non-empty "$drop_in_folder"' EXIT
    as_root mkdir -p "$drop_in_folder"
    echo "create_main_cluster = false" | as_root tee "$drop_in" >/dev/null
}

[ ${#missing[@]} = 0 ] || install_packages

swift --version 2>/dev/null | grep -qE 'Swift version (6\.([3-9]|[1-9][0-9])|[7-9]|[1-9][0-9])' ||
    die "there is no Swift 6.3 that starts. Install the toolchain and what it needs: https://www.swift.org/install/linux/"

if ! cmp -s scripts/requirements.txt .venv/requirements.txt; then
    echo "Installing into .venv from the Python index: $(grep -o '^[A-Za-z][^ ]*' scripts/requirements.txt | tr '\n' ' ')"
    python3 -m venv .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement scripts/requirements.txt
    # The copy is made last: an installation that was cut off is done again.
    cp scripts/requirements.txt .venv/requirements.txt
fi
