#!/bin/sh
# Two local chains with faulty nodes and reorganisations, a relayer between them, and COUNT messages each way. The relayer is killed
# KILLS times on the way, as a machine that loses power would, and started again. Prints what the chains say of each lane, and exits 1
# unless every message was delivered exactly once.
#
#   COUNT     messages each way (1000)
#   KILLS     times that a relayer is killed (3): of several one after the other
#   INSTANCES relayers that share the work (1); more than one need PostgreSQL
#   FAULTS    arguments of the devnet (--faults)
#   STORE     where the relayer keeps its rows, in place of SQLite in the folder: postgres://…, or `postgres` for a server that is
#             started for this and is gone afterwards
#   WAIT      longest wait for the last message, in seconds (600)
#   PROGRAM   the program, in place of the one that is built here
set -eu
cd "$(dirname "$0")/.."
. ./tools/env.sh

count=${COUNT:-1000} kills=${KILLS:-3} faults=${FAULTS---faults} limit=${WAIT:-600} instances=${INSTANCES:-1} store=${STORE:-}
case $instances:$store in
    1:* | *:postgres*) ;;
    *) echo "relay-local: SQLite is for one process: set STORE=postgres" >&2; exit 1 ;;
esac
folder=target/relay-local
program=${PROGRAM:-}
if [ -z "$program" ]; then
    cargo build --quiet --locked --profile "${DEMO_PROFILE:-dev}" --package heliograph-cli
    program=${CARGO_TARGET_DIR:-target}/debug/heliograph
fi

# The processes of relayers are in variables relayer_1, relayer_2, …
devnet= database= server=
stop() {
    for number in $(seq "$instances"); do
        eval "process=\${relayer_$number:-}"
        [ -z "$process" ] || kill "$process" 2>/dev/null || true
    done
    [ -z "$devnet" ] || kill "$devnet" 2>/dev/null || true
    [ -z "$server" ] || kill -INT "$server" 2>/dev/null || true
    wait 2>/dev/null || true
    [ -z "$database" ] || rm -rf "$database"
}
trap stop EXIT
trap 'exit 1' INT TERM

start_relayer() {
    # The first one answers where the configuration says, the others at any port.
    if [ "$1" = 1 ]; then
        "$program" start --config "$folder/relayer.toml" >>"$folder/relayer-1.log" 2>&1 &
    else
        HELIOGRAPH_API__LISTEN=127.0.0.1:0 "$program" start --config "$folder/relayer.toml" >>"$folder/relayer-$1.log" 2>&1 &
    fi
    eval "relayer_$1=$!"
}

# A PostgreSQL server of our own, which answers at a socket only. It does not run as root.
start_database() {
    programs=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
    [ -n "$programs" ] || { echo "relay-local: no PostgreSQL server is installed" >&2; exit 1; }
    database=$(mktemp -d /tmp/pg.XXXXXX) as=
    if [ "$(id -u)" = 0 ]; then
        as="setpriv --reuid=65534 --regid=65534 --clear-groups"
        chown 65534:65534 "$database"
    fi
    $as "$programs/initdb" -D "$database/data" -U postgres -A trust -N --no-locale -E UTF8 >/dev/null
    $as "$programs/postgres" -D "$database/data" -k "$database" -c listen_addresses= >"$folder/postgres.log" 2>&1 &
    server=$!
    for _ in $(seq 120); do
        ! "$programs/pg_isready" -q -h "$database" || break
        sleep 0.5
    done
    store="postgres://postgres@localhost/postgres?host=$database"
}

mkdir -p "$folder"
rm -f "$folder/devnet.json" "$folder"/relayer-*.log
[ "$store" != postgres ] || start_database
# Words of FAULTS are arguments.
# shellcheck disable=SC2086
"$program" devnet --folder "$folder" --signers "$((instances > 2 ? instances : 2))" $faults >"$folder/devnet.log" 2>&1 &
devnet=$!
for _ in $(seq 600); do
    [ ! -f "$folder/devnet.json" ] || break
    kill -0 "$devnet" 2>/dev/null || { cat "$folder/devnet.log" >&2; exit 1; }
    sleep 0.5
done
[ -f "$folder/devnet.json" ] || { echo "relay-local: the devnet did not start in time" >&2; exit 1; }
if [ -n "$store" ]; then
    export HELIOGRAPH_STORE__URL="$store"
fi

for number in $(seq "$instances"); do start_relayer "$number"; done
"$program" devnet send --folder "$folder" --count "$count" --both >"$folder/send.log" 2>&1 &
sender=$!
for kill in $(seq "$kills"); do
    sleep 7
    number=$(((kill - 1) % instances + 1))
    eval "process=\$relayer_$number"
    kill -0 "$process" 2>/dev/null || { echo "relay-local: relayer $number ended by itself; see $folder/relayer-$number.log" >&2; exit 1; }
    kill -9 "$process"
    wait "$process" 2>/dev/null || true
    echo "relay-local: killed relayer $number, $kill of $kills" >&2
    start_relayer "$number"
done
wait "$sender" || { cat "$folder/send.log" >&2; exit 1; }
"$program" devnet check --folder "$folder" --wait "$limit"
[ "$instances" = 1 ] || for number in $(seq "$instances"); do
    echo "relayer $number sent $(grep -c ' sent ' "$folder/relayer-$number.log") transactions"
done
