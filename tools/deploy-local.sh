#!/bin/sh
# Deploys both ends of a lane on two local chains, as the files local-a and local-b say, and shows what came of it: twice, because the second
# run has to find everything done; by the new admin's acceptance; and with the powers on both chains. Writes under target/deploy-local.
set -eu
cd "$(dirname "$0")/.."
. ./tools/env.sh

folder=target/deploy-local
rm -rf "$folder"
mkdir -p "$folder"
chains=
stop() {
    for chain in $chains; do kill "$chain" 2>/dev/null || true; done
}
trap stop EXIT
trap 'exit 1' INT TERM

# forge_as <url> <sender> <function> <more…>
forge_as() {
    url=$1 sender=$2 function=$3
    shift 3
    FOUNDRY_BROADCAST="$folder/broadcast" forge script contracts/script/Deploy.s.sol --sig "$function()" --rpc-url "$url" --sender "$sender" "$@"
}

# Only what the script says itself.
told() {
    sed -n '/^== Logs ==/,/^$/p' "$1" | sed '1d;/^$/d'
}

up() {
    for _ in $(seq 100); do
        cast chain-id --rpc-url "$1" >/dev/null 2>&1 && return
        sleep 0.1
    done
    echo "deploy-local: no chain answers at $1" >&2
    exit 1
}

port=${HELIOGRAPH_PORT:-8645}
for name in a b; do
    config=contracts/script/config/local-$name.json
    url=http://127.0.0.1:$port
    anvil --silent --port "$port" --chain-id "$(jq .chainId "$config")" --hardfork prague &
    chains="$chains $!"
    port=$((port + 1))
    up "$url"

    export HELIOGRAPH_CONFIG="$config" HELIOGRAPH_OUTPUT="$folder/$name.json"
    deployer=$(jq -r .deployer "$config")
    admin=$(jq -r .roles.admin.account "$config")
    say="$folder/$name"

    printf '\n── chain %s: what a run would do\n' "$name"
    forge_as "$url" "$deployer" run >"$say.dry.log"
    told "$say.dry.log" | grep -v '^  *call\|verify-contract'
    printf '\n── chain %s: deploy\n' "$name"
    forge_as "$url" "$deployer" run --broadcast --unlocked --slow >"$say.first.log"
    told "$say.first.log" | tail -n 3
    printf '\n── chain %s: the new admin accepts\n' "$name"
    forge_as "$url" "$admin" accept --broadcast --unlocked --slow >"$say.accept.log"
    printf '\n── chain %s: once more, which gives up the last right of the deployer\n' "$name"
    forge_as "$url" "$deployer" run --broadcast --unlocked --slow >"$say.second.log"
    told "$say.second.log" | grep -v '^  *call'
    printf '\n── chain %s: once more, which finds all of it done\n' "$name"
    forge_as "$url" "$deployer" run --broadcast --unlocked --slow >"$say.third.log"
    told "$say.third.log" | grep 'transactions in this run: 0$'
    printf '\n── chain %s: check\n' "$name"
    forge_as "$url" "$deployer" check >"$say.check.log"
    echo "everything is as $config says"
    node tools/powers.mjs "$HELIOGRAPH_OUTPUT" "$url" "$config" >"$say.md"
done

for name in a b; do
    printf '\n── chain %s: who can do what\n\n' "$name"
    cat "$folder/$name.md"
done
