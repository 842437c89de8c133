#!/bin/sh
# Runs Slither on a copy of contracts/src, so that no build is wiped. tools/slither/findings.json says of every finding, by kind or by
# place, why it is none: a finding without a reason fails, and so does a reason without a finding. The faults of tools/slither/Planted.sol
# have to be among the findings. What is only informational (names, assembly, pragmas) is left to forge lint and forge fmt. Minutes.
set -eu
cd "$(dirname "$0")/.."
. tools/env.sh

tools=$PWD/target/tools-slither
copy=$PWD/target/slither
if [ ! -x "$tools/bin/slither" ]; then
    echo "slither: installing slither into target/tools-slither"
    python3 -m venv "$tools" && "$tools/bin/pip" install --quiet slither-analyzer==0.11.6
fi

rm -rf "$copy"
mkdir -p "$copy/contracts"
cp -R contracts/src "$copy/contracts/src"
cp tools/slither/Planted.sol "$copy/contracts/src/Planted.sol"
cp foundry.toml "$copy/"
ln -s "$PWD/node_modules" "$copy/node_modules"

# Its folder comes last on PATH: it brings a program that calls itself solc. Any finding gives another status than 0, and so do its own
# failures, after which there is no report.
unset FOUNDRY_OUT FOUNDRY_CACHE_PATH
export FOUNDRY_PROFILE=default
(cd "$copy" && PATH=$PATH:$tools/bin slither . --filter-paths node_modules --exclude-informational --exclude-optimization --json report.json) \
    >"$copy/log" 2>&1 || [ -s "$copy/report.json" ] || { cat "$copy/log" >&2; exit 1; }

node - "$copy/report.json" <<'JS'
const fs = require('fs');

const report = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
if (!report.success) throw new Error(report.error);
const { planted, kinds, findings } = JSON.parse(fs.readFileSync('tools/slither/findings.json', 'utf8'));

// A name with the names of what it is in, as Contract.function.local.
const nameOf = ({ name, type_specific_fields: fields }) => (fields?.parent ? `${nameOf(fields.parent)}.${name}` : name);
const kindsOfPlace = ['function', 'variable', 'contract', 'event', 'struct'];
const found = report.results.detectors.map(({ check, impact, description, elements }) => {
  const element = elements.find(({ type }) => kindsOfPlace.includes(type));
  return { check, impact, description, at: element ? nameOf(element) : '' };
});
const rows = [
  ...planted.map(({ check, at }) => ({ check, at, reason: 'planted' })),
  ...kinds,
  ...findings.flatMap(({ check, at, reason }) => at.map((place) => ({ check, at: place, reason }))),
];
const explains = (row, finding) =>
  row.check === finding.check && (!row.at || row.at === finding.at)
  && (!row.matching || new RegExp(row.matching).test(finding.description.replace(/\s+/g, ' ')));
const unexplained = found.filter((finding) => !rows.some((row) => row.reason && explains(row, finding)));
const idle = rows.filter((row) => !found.some((finding) => explains(row, finding)));
for (const { check, impact, at, description } of unexplained) console.error(`slither: ${impact} ${check} at ${at}: ${description}`);
for (const { check, at, matching } of idle) console.error(`slither: ${check} at ${at ?? matching ?? 'any place'} is not found`);
if (unexplained.length + idle.length > 0) process.exit(1);
console.log(`slither: ${found.length} findings, ${planted.length} of them planted, each of the others with a reason`);
JS
