#!/bin/sh
# Lodestar's light client over what the simulator of the test kit makes (512 members, two periods, each fork that this client
# knows) and over what was recorded of local chains: it must take all of it, and nothing with a field changed.
set -eu
cd "$(dirname "$0")/../../.."

tools/pos/setup.sh lodestar-light-client
made=$PWD/target/pos/objects
mkdir -p "$made"
for fork in capella deneb electra fulu; do
    cargo run --quiet --locked --package testkit --example objects -- "$fork" >"$made/$fork.json"
    node tools/pos/lodestar-light-client/check.mjs "$made/$fork.json"
done
for record in capella fulu; do
    node tools/pos/lodestar-light-client/check.mjs "vectors/beacon/pos/$record.json"
done
