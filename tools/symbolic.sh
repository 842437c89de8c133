#!/bin/sh
# Proves the properties of contracts/test/symbolic with Halmos: every function `check_` there, for all
# arguments within the bounds that its comment names. Fails on a counterexample, and on a property
# that was not settled: a path cut short, an assertion without an answer in HELIOGRAPH_SYMBOLIC_SECONDS
# (default 120), or a property that no path reaches. Arguments choose contracts by name.
set -eu
cd "$(dirname "$0")/.."
. tools/env.sh

seconds=${HELIOGRAPH_SYMBOLIC_SECONDS:-120}
limit=$((10 * seconds)) # for a whole property

PATH=$PATH:$PWD/target/tools/bin
if ! command -v halmos >/dev/null; then
    echo "symbolic: installing halmos into target/tools"
    python3 -m venv target/tools && target/tools/bin/pip install --quiet halmos==0.3.3
fi

# The properties alone are compiled, with the syntax trees that Halmos reads.
export FOUNDRY_SRC=contracts/test/symbolic FOUNDRY_TEST=contracts/test/symbolic FOUNDRY_SCRIPT=contracts/test/symbolic
export FOUNDRY_OUT=target/symbolic/out FOUNDRY_CACHE_PATH=target/symbolic/cache

die() { printf '%s\nsymbolic: %s\n' "$report" "$*" >&2; exit 1; }
prove() {
    timeout "$limit" halmos --no-status --forge-build-out "$FOUNDRY_OUT" --loop 256 \
        --solver-timeout-branching 1s --solver-timeout-assertion "${seconds}s" "$@" 2>&1
}

# A prover that cannot fail proves nothing: a twin with a fault has to be told from the library.
if report=$(prove --contract MustFail); then die "the fault was not found"; fi
case $report in
    *"Counterexample"*"[FAIL]"*"check_fault"*) ;;
    *) die "the fault was not found, for another reason" ;;
esac
echo "symbolic: a fault is found"

[ $# -gt 0 ] || set -- RLPSymbolicTest MPTSymbolicTest MessageSymbolicTest PauseSymbolicTest ArithmeticSymbolicTest
for contract; do
    for property in $(sed -n 's/^ *function \(check_[A-Za-z0-9]*\).*/\1/p' "contracts/test/symbolic/${contract%Test}.t.sol"); do
        report=$(prove --contract "$contract" --match-test "^$property\\(") || die "$contract.$property failed"
        case $report in
            *WARNING* | *ERROR*) die "$contract.$property is not settled" ;;
            *"[PASS]"*"$property"*"1 passed; 0 failed"*) ;;
            *) die "$contract.$property was not run" ;;
        esac
        printf '%s\n' "$report" | grep -F '[PASS]'
    done
done
