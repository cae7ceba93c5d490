#!/usr/bin/env bash
# A private PostgreSQL for tests and the demo: its own folder, its own port, its own certificates, nobody else's data.
#
#   eval "$(scripts/postgres.sh start DIR)"    create (when new) and start a cluster in DIR; prints shell assignments
#   scripts/postgres.sh stop DIR               stop it; the folder stays, remove it when you like
#
# The assignments are what psql and libpq read, so that `set -a; eval …; set +a; psql` needs no arguments:
#   PGHOST PGPORT PGUSER PGPASSFILE PGSSLROOTCERT    where it is, the superuser, a password file, the CA's certificate
#   POSTGRES_PASSWORD_FILE POSTGRES_SOCKET_DIR       the superuser's password alone; the folder of the Unix socket
#
# It listens on 127.0.0.1 and a Unix socket in DIR, asks for SCRAM passwords on both, and speaks TLS with a certificate
# for localhost and 127.0.0.1. It does not wait for the disk (fsync off): its data is for throwing away.
# Root starts it as the user `postgres`, who then owns DIR; anybody else starts it as himself.
set -euo pipefail

die() {
    echo "postgres.sh: $*" >&2
    exit 1
}

usage() {
    sed -n '4,5s/^# *//p' "$0" >&2
    exit 2
}

# The newest server that is installed: Debian keeps each version in its own folder, outside PATH.
find_binaries() {
    local folder
    folder=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -t/ -k5,5 -V | tail -1)
    if [ -x "$folder/initdb" ]; then
        echo "$folder"
    elif command -v initdb >/dev/null; then
        dirname "$(command -v initdb)"
    else
        die "no PostgreSQL server is installed. Install it: scripts/install-dependencies.sh"
    fi
}

# Runs a command as the cluster's owner, from a folder that this user may enter.
as_owner() {
    if [ "$(id -u)" = 0 ]; then
        (cd / && setpriv --reuid=postgres --regid=postgres --init-groups -- "$@")
    else
        "$@"
    fi
}

is_running() {
    [ -f "$data/postmaster.pid" ] && as_owner "$binaries/pg_ctl" status -D "$data" >/dev/null 2>&1
}

# A CA of our own signs one certificate; the CA's key is deleted, so that nothing else is ever signed with it.
make_certificates() {
    local folder=$1 log=$1/openssl.log
    {
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=private test CA" \
            -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign" \
            -keyout "$folder/ca.key" -out "$folder/ca.crt"
        openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=localhost" \
            -keyout "$folder/server.key" -out "$folder/server.csr"
        printf '%s\n' "subjectAltName=DNS:localhost,IP:127.0.0.1" "basicConstraints=critical,CA:FALSE" \
            "keyUsage=critical,digitalSignature" "extendedKeyUsage=serverAuth" >"$folder/server.ext"
        openssl x509 -req -in "$folder/server.csr" -CA "$folder/ca.crt" -CAkey "$folder/ca.key" -CAcreateserial \
            -days 30 -extfile "$folder/server.ext" -out "$folder/server.crt"
    } >"$log" 2>&1 || die "openssl failed: $(tail -1 "$log")"
    rm -f "$folder"/ca.key "$folder"/ca.srl "$folder"/server.csr "$folder"/server.ext "$log"
    chmod 600 "$folder/server.key"
}

create_cluster() {
    openssl rand -hex 24 >"$directory/superuser.password"
    make_certificates "$directory"
    if [ "$(id -u)" = 0 ]; then
        chown -R postgres:postgres "$directory"
    fi
    local options=(--auth=scram-sha-256 --username=postgres --pwfile="$directory/superuser.password"
        --encoding=UTF8 --locale=C --wal-segsize=1 --no-sync)
    # PostgreSQL 18 turned checksums on by default; older ones do not know the option.
    if "$binaries/initdb" --help | grep -q -e --no-data-checksums; then
        options+=(--no-data-checksums)
    fi
    as_owner "$binaries/initdb" "${options[@]}" --pgdata="$data.new" >"$directory/initdb.log" 2>&1 ||
        die "initdb failed: $(tail -1 "$directory/initdb.log")"
    cat >>"$data.new/postgresql.conf" <<END

# What scripts/postgres.sh adds: for tests, not for data that anybody wants to keep.
listen_addresses = '127.0.0.1'
unix_socket_directories = '$directory'
ssl = on
ssl_cert_file = '$directory/server.crt'
ssl_key_file = '$directory/server.key'
fsync = off
synchronous_commit = off
full_page_writes = off
shared_buffers = 16MB
END
    # Only a cluster that is complete has the name that `start` looks for.
    mv "$data.new" "$data"
}

start_cluster() {
    local attempt log=$directory/server.log
    for attempt in 1 2 3 4 5 6 7 8 9 10; do
        # Below the range from which the system takes the ports of outgoing connections. PostgreSQL cannot be told to
        # take a free port, so that we try one and take another when somebody has it.
        port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
        : >"$log"
        if [ "$(id -u)" = 0 ]; then chown postgres:postgres "$log"; fi
        if as_owner "$binaries/pg_ctl" start --silent --wait --timeout=60 --pgdata="$data" --log="$log" \
            --options="-p $port" >/dev/null 2>&1; then
            echo "$port" >"$directory/port"
            return
        fi
        grep -q "Address already in use" "$log" || break
    done
    die "the server did not start (attempt $attempt): $(tail -1 "$log")"
}

start() {
    mkdir -p "$1"
    directory=$(cd "$1" && pwd -P)
    data=$directory/data
    case $directory in *[\'\\\ :]*) die "quotes, backslashes, colons and blanks in the folder's name do not work" ;; esac
    # A Unix socket's whole path has 107 bytes at most; ours ends in /.s.PGSQL.NNNNN.
    [ "${#directory}" -le 90 ] || die "the folder's name is too long for a Unix socket: take a shorter one"
    umask 077
    if [ "$(id -u)" = 0 ]; then
        id postgres >/dev/null 2>&1 || die "no user 'postgres' to run it as. Run scripts/install-dependencies.sh"
        chown postgres:postgres "$directory"
        as_owner test -x "$directory" || die "the user 'postgres' cannot enter $directory. Take a folder under /tmp"
    fi
    chmod 700 "$directory"
    [ -d "$data" ] || create_cluster
    if is_running; then
        port=$(cat "$directory/port")
    else
        start_cluster
    fi
    local host
    for host in 127.0.0.1 localhost "$directory"; do
        echo "$host:$port:*:postgres:$(cat "$directory/superuser.password")"
    done >"$directory/superuser.pgpass"
    cat <<END
PGHOST='127.0.0.1'
PGPORT='$port'
PGUSER='postgres'
PGPASSFILE='$directory/superuser.pgpass'
PGSSLROOTCERT='$directory/ca.crt'
POSTGRES_PASSWORD_FILE='$directory/superuser.password'
POSTGRES_SOCKET_DIR='$directory'
END
}

stop() {
    [ -d "$1/data" ] || return 0
    directory=$(cd "$1" && pwd -P)
    data=$directory/data
    is_running || return 0
    # Fast: what is open is cut off, nothing is waited for. The process is found by the cluster's own pid file.
    as_owner "$binaries/pg_ctl" stop --silent --wait --mode=fast --pgdata="$data" >/dev/null ||
        die "the server in $directory did not stop"
}

[ $# = 2 ] || usage
binaries=$(find_binaries)
case $1 in
start) start "$2" ;;
stop) stop "$2" ;;
*) usage ;;
esac
