#!/bin/sh
# Builds the core crates for targets on which no std exists.
#
# With both targets installed (rustup target add ...) that is an ordinary build. Otherwise Debian's
# rustc-web is used, whose rust-web-src matches it, and cargo builds core and alloc from source.
set -eu
cd "$(dirname "$0")/.."

crates="keccak-lanes mpt-proof light-client mos"
targets="wasm32-unknown-unknown riscv32imac-unknown-none-elf"
packages="rustc-web rust-web-src libstd-rust-web-dev"

skip() { echo "no-std-bare: SKIPPED, $*"; exit 0; }

installed() {
    for target in $targets; do
        ls "$(rustc --print target-libdir --target "$target")"/libcore-*.rlib >/dev/null 2>&1 || return 1
    done
}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

# Is Debian's compiler here, with its sources, and not older than the workspace asks for?
debian_ready() {
    # shellcheck disable=SC2086 # one word per package
    dpkg -s $packages >/dev/null 2>&1 || return 1
    found=$(/usr/bin/rustc --version | cut -d ' ' -f 2)
    [ "$(printf '%s\n' "$wanted" "$found" | sort -V | head -n 1)" = "$wanted" ]
}

if installed; then
    build_std=
else
    grep -qsx 'ID=debian' /etc/os-release || skip "neither the targets nor Debian are here"
    wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
    if ! debian_ready; then
        # shellcheck disable=SC2086 # one word per package
        as_root apt-get update -qq &&
            as_root apt-get install -y -qq --no-install-recommends $packages || true
    fi
    if ! debian_ready; then
        why="Debian's $packages, Rust $wanted or newer, cannot be installed (root and network are needed)"
        [ "${CI:-}" != true ] || { echo "no-std-bare: $why" >&2; exit 1; }
        skip "$why"
    fi
    export RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1
    build_std=-Zbuild-std=core,alloc
fi

export CARGO_TARGET_DIR=target/no-std-bare
for target in $targets; do
    for crate in $crates; do
        # shellcheck disable=SC2086 # empty means absent
        cargo build --quiet --locked --release $build_std --target "$target" --package "$crate"
        echo "no-std-bare: $crate builds for $target, with its default features"
    done
done
