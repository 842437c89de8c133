#!/bin/sh
# Builds the execution client of tools/pos/ethrex into target/pos/bin/ethrex-node.
#
# The one patched line: see tools/pos/ethrex/Cargo.toml. The published crate is fetched by cargo,
# which checks it against the index, and copied; nothing of it is kept in this repository.
set -eu
cd "$(dirname "$0")/../.."

version=24.0.0
work=$PWD/target/pos
patched=$work/ethrex-storage
say() { echo "pos: $*"; }
die() { echo "pos: $*" >&2; exit 1; }

if [ ! -f "$patched/.version-$version" ]; then
    say "patching one line of ethrex-storage $version"
    fetch=$work/fetch-ethrex-storage
    rm -rf "$patched" "$fetch"
    mkdir -p "$fetch/src"
    : >"$fetch/src/lib.rs"
    cat >"$fetch/Cargo.toml" <<EOF
[workspace]
[package]
name = "fetch"
version = "0.0.0"
edition = "2024"
[dependencies]
ethrex-storage = "=$version"
EOF
    manifest=$(cargo metadata --quiet --format-version 1 --manifest-path "$fetch/Cargo.toml" |
        node -e 'const all = JSON.parse(require("fs").readFileSync(0)).packages;
            console.log(all.find((p) => p.name === "ethrex-storage").manifest_path)')
    cp -R "$(dirname "$manifest")" "$patched"
    chmod -R u+w "$patched"
    rm -f "$patched/Cargo.lock"
    file=$patched/backend/in_memory.rs
    line='key.starts_with(&prefix_vec)'
    [ "$(grep -cF "$line" "$file")" = 1 ] || die "ethrex-storage is not the version that was expected"
    sed -i.orig 's/key\.starts_with(&prefix_vec)/key.as_slice() >= prefix_vec.as_slice()/' "$file"
    rm -rf "$file.orig" "$fetch"
    : >"$patched/.version-$version"
fi

say "building the execution client ethrex-node (once; about ten minutes of processor time)"
mkdir -p "$work/bin"
nice cargo build --release --locked --jobs "${POS_JOBS:-2}" \
    --manifest-path tools/pos/ethrex/Cargo.toml --target-dir "$work/ethrex"
cp "$work/ethrex/release/ethrex-node" "$work/bin/ethrex-node"
