#!/bin/sh
# Keeps contracts/snapshots/gas/GROUP.json: what whole transactions in the life of a message cost, with the 21,000 and their calldata, as
# MessageServiceCost and MessageGas measure them on fixed inputs. `--check` compares instead of writing. A figure that is more than one in a
# hundred off fails, and so does one that is missing or new: dearer is seen in review, and cheaper is not lost again unseen.
set -eu
cd "$(dirname "$0")/.."
. tools/env.sh

export FOUNDRY_PROFILE=default FOUNDRY_SNAPSHOTS=target/gas FOUNDRY_GAS_SNAPSHOT_EMIT=true
rm -rf "$FOUNDRY_SNAPSHOTS"
report=$(forge test --isolate --match-contract '^(MessageServiceCostTest|MessageGasTest)$' 2>&1) || {
    printf '%s\ngas-snapshot: the tests failed\n' "$report" >&2
    exit 1
}

node - "$FOUNDRY_SNAPSHOTS" "$@" <<'JS'
const fs = require('fs');
const path = require('path');

const check = process.argv.includes('--check');
const [now, kept] = [process.argv[2], 'contracts/snapshots/gas'];
const TOLERANCE = 0.01;

const read = (folder) => Object.fromEntries(
  (fs.existsSync(folder) ? fs.readdirSync(folder) : []).sort().flatMap((file) =>
    Object.entries(JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'))).map(([name, gas]) => [`${file}: ${name}`, Number(gas)])),
);
const measured = read(now);
const count = Object.keys(measured).length;
if (count === 0) throw new Error('nothing was measured');
if (check) {
  const recorded = read(kept);
  let wrong = 0;
  for (const name of new Set([...Object.keys(recorded), ...Object.keys(measured)])) {
    const [was, is] = [recorded[name], measured[name]];
    if (Math.abs(is - was) <= was * TOLERANCE) continue; // false also when there is no figure
    console.error(`gas-snapshot: ${name}: ${was ?? 'nothing'} recorded, ${is ?? 'nothing'} measured`);
    ++wrong;
  }
  if (wrong > 0) {
    console.error('gas-snapshot: if the change is meant, run tools/gas-snapshot.sh and commit the result');
    process.exit(1);
  }
} else {
  fs.rmSync(kept, { recursive: true, force: true });
  fs.mkdirSync(kept, { recursive: true });
  for (const file of fs.readdirSync(now)) {
    const group = JSON.parse(fs.readFileSync(path.join(now, file), 'utf8'));
    const numbers = Object.fromEntries(Object.entries(group).map(([name, gas]) => [name, Number(gas)]));
    fs.writeFileSync(path.join(kept, file), JSON.stringify(numbers, null, 2) + '\n');
  }
}
console.log(`gas-snapshot: ${count} transactions, ${check ? `all within ${100 * TOLERANCE} % of what is recorded` : 'written'}`);
JS
