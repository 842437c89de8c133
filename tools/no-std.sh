#!/bin/sh
# Links and runs a program without std on top of the core crates: the cheap proof, for every commit.
# tools/no-std-bare.sh is the dear one, on targets that have no std at all.
set -eu
cd "$(dirname "$0")/.."

# The versions under proof are those of the workspace.
cp Cargo.lock tools/no-std/Cargo.lock
cargo run --quiet --manifest-path tools/no-std/Cargo.toml --target-dir target/no-std
echo "no-std: the core crates link and run without std"
