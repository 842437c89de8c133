#!/bin/sh
# Installs parts of the local proof-of-stake chain into target/pos, each once:
#
#   tools/pos/setup.sh PART...
#
#   spec                   the consensus spec, by tools/spec/python.sh (Python 3.12 or newer)
#   ethereumjs             execution client at Osaka (npm)
#   ethrex                 execution client at Amsterdam (crates.io; ten minutes of processor time)
#   lodestar               consensus client at Capella (npm)
#   lodestar-light-client  Lodestar's light client, to check objects with (npm)
set -eu
cd "$(dirname "$0")/../.."

work=$PWD/target/pos
say() { echo "pos: $*"; }
die() { echo "pos: $*" >&2; exit 1; }

# Whether $1 was installed from the present $2; the stamp goes when the installation goes.
current() { cmp -s "$2" "$work/$1/.heliograph-stamp"; }
stamp() { cp "$2" "$work/$1/.heliograph-stamp"; }

spec() {
    tools/spec/python.sh >/dev/null
}

npm_packages() {
    lock=tools/pos/$1/package-lock.json
    current "$1" "$lock" && return
    say "installing $1 (npm ci)"
    rm -rf "${work:?}/$1"
    mkdir -p "$work/$1"
    cp .npmrc "tools/pos/$1/package.json" "$lock" "$work/$1/"
    (cd "$work/$1" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
    # The one dependency that has to be compiled here; the others bring what they need.
    [ "$1" != lodestar ] || (cd "$work/$1" && npm rebuild --ignore-scripts=false --loglevel=error snappy)
    stamp "$1" "$lock"
}

ethrex() {
    mkdir -p "$work/bin"
    cat tools/pos/ethrex.sh tools/pos/ethrex/Cargo.* tools/pos/ethrex/src/* >"$work/bin/.sources"
    [ -x "$work/bin/ethrex-node" ] && current bin "$work/bin/.sources" && return
    tools/pos/ethrex.sh
    stamp bin "$work/bin/.sources"
}

[ $# -gt 0 ] || die "name what to install: spec, ethereumjs, ethrex, lodestar, lodestar-light-client"
mkdir -p "$work"
for part in "$@"; do
    case "$part" in
        spec | ethrex) "$part" ;;
        ethereumjs | lodestar | lodestar-light-client) npm_packages "$part" ;;
        *) die "no part $part" ;;
    esac
done
