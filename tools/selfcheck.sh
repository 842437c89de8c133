#!/bin/sh
# Who tests the tests? A suite is worth nothing if its runner cannot fail, as the npm launchers of
# foundry cannot: so a passing test must give status 0 here, and a failing one must not.
set -eu
cd "$(dirname "$0")/.."
. tools/env.sh

run() { FOUNDRY_PROFILE=default forge test --root tools/selfcheck --match-contract "$1" 2>&1; }
die() { printf '%s\nselfcheck: %s\n' "$report" "$*" >&2; exit 1; }

report=$(run MustPass) || die "forge failed a passing test"
if report=$(run MustFail); then die "forge let a failing test pass"; fi
case $report in
    *"[FAIL: Intended()] test_fail()"*) ;;
    *) die "forge failed for another reason than the failing test" ;;
esac
echo "selfcheck: forge reports failure as failure"
