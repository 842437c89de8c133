#!/bin/sh
# Keeps contracts/snapshots/abi/NAME.json equal to the ABI of every contract that can be deployed
# from contracts/src and has a function. `--check` compares instead of writing, and fails on any
# difference: an ABI change is then seen in review, not by the users.
set -eu
cd "$(dirname "$0")/.."
node - "$@" <<'JS'
const fs = require('fs');
const path = require('path');

const check = process.argv.includes('--check');
const folder = 'contracts/snapshots/abi';

const abis = new Map();
for (const entry of fs.readdirSync('out', { recursive: true })) {
  if (!entry.endsWith('.json') || entry.startsWith('build-info')) continue;
  const { abi, bytecode, metadata } = JSON.parse(fs.readFileSync(path.join('out', entry), 'utf8'));
  const [source, name] = Object.entries(metadata?.settings?.compilationTarget ?? {})[0] ?? [];
  const deployable = bytecode && bytecode.object !== '0x';
  if (!source?.startsWith('contracts/src/') || !fs.existsSync(source)) continue;
  if (!deployable || !abi.some((item) => item.type === 'function')) continue;
  if (abis.has(name)) throw new Error(`two contracts are named ${name}`);
  abis.set(name, JSON.stringify(abi, null, 2) + '\n');
}

const kept = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
const file = (name) => path.join(folder, `${name}.json`);
const stale = kept.filter((f) => !abis.has(path.basename(f, '.json')));
const differs = ([name, text]) => !fs.existsSync(file(name)) || fs.readFileSync(file(name), 'utf8') !== text;
const changed = [...abis].filter(differs);

if (check) {
  for (const [name] of changed) console.error(`abi-snapshot: ${file(name)} is missing or out of date`);
  for (const f of stale) console.error(`abi-snapshot: ${path.join(folder, f)} has no contract`);
  if (changed.length + stale.length > 0) {
    console.error('abi-snapshot: if the change is meant, run tools/abi-snapshot.sh and commit the result');
    process.exit(1);
  }
} else {
  if (abis.size > 0) fs.mkdirSync(folder, { recursive: true });
  for (const [name, text] of changed) fs.writeFileSync(file(name), text);
  for (const f of stale) fs.rmSync(path.join(folder, f));
}
console.log(`abi-snapshot: ${abis.size} contracts, ${check ? 'all as recorded' : `${changed.length} written`}`);
JS
