#!/bin/sh
# Every branch and every line of the message service, the fee contract, the token bridges, and the libraries of messages and proofs has to be
# taken by a test, or be listed with a reason in tools/coverage.json; and what is listed must not be taken. Minutes.
#
# Coverage is measured on unoptimised code: with the other pipeline (--ir-minimum) nothing is known of assembly, in which most of this is
# written. So all contracts have to compile without the optimizer. Tests of gas hold for optimised code alone.
set -eu
cd "$(dirname "$0")/.."
. tools/env.sh

folder=$PWD/target/coverage
mkdir -p "$folder"
rm -f "$folder/lcov.info"
export FOUNDRY_FUZZ_RUNS=32 FOUNDRY_FUZZ_SEED=0x1 # no branch is left to chance
export FOUNDRY_PROFILE=default FOUNDRY_OUT="$folder/out" FOUNDRY_CACHE_PATH="$folder/cache"
set --
for part in script test/gas test/invariant test/planted test/script test/symbolic; do set -- "$@" --skip "contracts/$part/**"; done
gas='batchesWithTooLittleGasForTheLast|oneGasLessThanNeeded|exactlyTheGasThat|lessGasThanTheMessageAsksFor|refusal_gas|gasOfBatch'
forge coverage "$@" --report lcov --report-file "$folder/lcov.info" \
    --no-match-coverage 'contracts/(test|script|reference)|node_modules' \
    --no-match-contract 'Invariant|Gas|Cost' --no-match-test "$gas" >"$folder/log" 2>&1 || {
    tail -40 "$folder/log" >&2
    echo "coverage: not measured" >&2
    exit 1
}

node - "$folder/lcov.info" <<'JS'
const fs = require('fs');

const { untaken } = JSON.parse(fs.readFileSync('tools/coverage.json', 'utf8'));
const gated = /^contracts\/src\/(mos|fees|tokens|libraries)\//;

// File → lines of code, and how often each of its lines and branches was taken.
const files = new Map();
let current;
for (const line of fs.readFileSync(process.argv[2], 'utf8').split('\n')) {
  const [tag, ...rest] = line.split(':');
  const numbers = rest.join(':').split(',');
  if (tag === 'SF') files.set(rest[0], (current = { taken: [], code: fs.readFileSync(rest[0], 'utf8').split('\n') }));
  if (tag === 'DA') current.taken.push({ kind: 'line', line: Number(numbers[0]), taken: Number(numbers[1]) > 0 });
  if (tag === 'BRDA') {
    const [at, , path, count] = numbers;
    current.taken.push({ kind: `branch ${path}`, line: Number(at), taken: count !== '-' && Number(count) > 0 });
  }
}

const problems = [];
const used = new Set();
let [lines, branches] = [0, 0];
for (const [file, { taken, code }] of files) {
  if (!gated.test(file)) continue;
  for (const item of taken) {
    if (item.kind === 'line') ++lines;
    else ++branches;
    if (item.taken) continue;
    const text = code[item.line - 1].trim();
    const row = untaken.find((listed) => listed.file === file && listed.code === text && listed.kinds.includes(item.kind));
    if (row) used.add(`${untaken.indexOf(row)} ${item.kind}`);
    else problems.push(`${file}:${item.line}: ${item.kind} is taken by no test: ${text}`);
  }
}
untaken.forEach((row, i) => row.kinds.forEach((kind) => {
  if (!used.has(`${i} ${kind}`)) problems.push(`tools/coverage.json: ${kind} of "${row.code}" in ${row.file} is taken, or not there`);
}));
for (const folder of ['mos', 'fees', 'tokens', 'libraries']) {
  for (const name of fs.readdirSync(`contracts/src/${folder}`)) {
    const file = `contracts/src/${folder}/${name}`;
    if (!files.get(file)?.taken.some((item) => item.taken)) problems.push(`${file}: no test comes here`);
  }
}
for (const problem of problems) console.error(`coverage: ${problem}`);
if (branches === 0) throw new Error('nothing was measured');
if (problems.length > 0) process.exit(1);
console.log(`coverage: ${branches} branches and ${lines} lines, all taken but ${used.size} with a reason`);
JS
