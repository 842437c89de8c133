#!/bin/sh
# Generates the official light-client vectors of every fork with the executable consensus specs (minutes), packs them, and compares
# them file by file with the committed archive. Fails on any difference. The result is left in target/spec:
# vectors/ in the official layout, and vectors.tar.zst.
set -eu
cd "$(dirname "$0")/../.."

python=$(tools/spec/python.sh)
archive=$(ls vectors/beacon/spec/*.tar.zst)
out=$PWD/target/spec/vectors
tests=$("$python" -c 'import eth_consensus_specs, os; print(os.path.dirname(eth_consensus_specs.__file__))')/test

rm -rf "$out"
generate() {
    preset=$1
    shift
    echo "spec-vectors: generating the $preset preset ($(date +%T))"
    # Per-test progress: `make` prints as it goes, and a silent quarter of an hour looks like a hang.
    PYTHONPATH=$PWD/tools/spec "$python" -m pytest -v --no-header -p no:cacheprovider -p wheelfix -n "${HELIOGRAPH_JOBS:-2}" \
        --rootdir "$tests" --preset "$preset" --reftests --reftests-output "$out" "$@" "$tests"/*/light_client |
        sed -nu 's|^\[gw[0-9]*\] \[ *\([0-9]*%\)\] \([A-Z]*\) .*/test/\(.*\)$|  \1 \2 \3|p; /^=.* in /p; /^E  /p'
}
generate minimal
generate mainnet -k single_merkle_proof

"$python" tools/spec/archive.py pack "$out" target/spec/vectors.tar.zst
"$python" tools/spec/archive.py compare "$out" "$archive"
