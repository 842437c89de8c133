#!/bin/sh
# Asks the executable consensus specs about every change of the catalogue (minutes), and fails if they now say anything else than
# vectors/beacon/mutations records. `--write` records what they say instead. With SEED and COUNT in the environment: other changes, of
# the random kinds, about that many; they are left in target/spec, and the Rust and Solidity clients are asked about them at once.
set -eu
cd "$(dirname "$0")/../.."

python=$(tools/spec/python.sh)
archive=$(ls vectors/beacon/spec/*.tar.zst)
kept=vectors/beacon/mutations/mutations.jsonl.zst
jobs=${HELIOGRAPH_JOBS:-2}

if [ -n "${COUNT:-}" ]; then
    made=$PWD/target/spec/mutations-${SEED:-2}-$COUNT.jsonl.zst
    "$python" tools/spec/mutations.py "$archive" "$made" --seed "${SEED:-2}" --count "$COUNT" --jobs "$jobs"
    . tools/env.sh
    HELIOGRAPH_MUTATIONS=$made cargo test --locked --package testkit --test spec_mutations -- --nocapture
    exit
fi

made=target/spec/mutations.jsonl.zst
"$python" tools/spec/mutations.py "$archive" "$made" --jobs "$jobs"
if [ "${1:-}" = --write ]; then
    mkdir -p "$(dirname "$kept")"
    cp "$made" "$kept"
elif ! cmp -s "$made" "$kept"; then
    echo "spec-mutations: $made differs from $kept; tools/spec/mutations.sh --write replaces it" >&2
    exit 1
else
    echo "spec-mutations: the same as $kept"
fi
