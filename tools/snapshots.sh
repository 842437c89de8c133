#!/bin/sh
# Keeps contracts/snapshots/abi/NAME.json and contracts/snapshots/storage/NAME.json equal to the ABI and the storage layout of every
# contract that can be deployed from contracts/src and has a function. `--check` compares instead of writing, and fails on any difference: a
# change is then seen in review, not by the users, nor by those who prove what a contract has stored. Reads the last build: out/, or
# FOUNDRY_OUT. The slot of a namespace (ERC-7201) is computed here from its name, and has to be the constant SLOT beside it.
set -eu
cd "$(dirname "$0")/.."
. tools/env.sh
node - "$@" <<'JS'
const { execFileSync } = require('child_process');
const fs = require('fs');
const path = require('path');

const check = process.argv.includes('--check');
const root = 'contracts/snapshots';
const out = process.env.FOUNDRY_OUT || 'out';

// Types are named by the compiler with numbers that change with every file: their labels say the same.
function storageOf({ storage, types }) {
  const row = ({ label, slot, offset, type }) => ({ slot: Number(slot), offset, label, type: types[type].label, bytes: Number(types[type].numberOfBytes) });
  const members = Object.fromEntries(
    Object.values(types ?? {}).filter((type) => type.members).map((type) => [type.label, type.members.map(row)]).sort(),
  );
  return { storage: storage.map(row), structs: members };
}

// Namespaced storage is not in the compiler's layout: it is looked for in every source that the contract was compiled from.
const keccak = (...args) => execFileSync('cast', ['keccak', ...args], { encoding: 'utf8' }).trim();
const hex = (number) => `0x${number.toString(16).padStart(64, '0')}`;
const found = new Map();
function namespacesIn(file) {
  if (found.has(file)) return found.get(file);
  const source = fs.readFileSync(file, 'utf8');
  const slots = Object.fromEntries([...source.matchAll(/@custom:storage-location erc7201:(\S+)/g)].map(([, name]) => {
    const slot = hex(BigInt(keccak(hex(BigInt(keccak(name)) - 1n))) & ~0xffn);
    const constant = source.match(/bytes32 internal constant SLOT = (0x[0-9a-f]{64});/)?.[1];
    if (constant !== slot) throw new Error(`${file}: the slot of ${name} is ${slot}, and SLOT says ${constant}`);
    return [name, slot];
  }));
  found.set(file, slots);
  return slots;
}

const wanted = new Map();
const want = (folder, name, value) => wanted.set(path.join(root, folder, `${name}.json`), JSON.stringify(value, null, 2) + '\n');
const names = new Set();
for (const entry of fs.readdirSync(out, { recursive: true })) {
  if (!entry.endsWith('.json') || entry.startsWith('build-info')) continue;
  const { abi, bytecode, metadata, storageLayout } = JSON.parse(fs.readFileSync(path.join(out, entry), 'utf8'));
  const [source, name] = Object.entries(metadata?.settings?.compilationTarget ?? {})[0] ?? [];
  const deployable = bytecode && bytecode.object !== '0x';
  if (!source?.startsWith('contracts/src/') || !fs.existsSync(source)) continue;
  if (!deployable || !abi.some((item) => item.type === 'function')) continue;
  if (names.has(name)) throw new Error(`two contracts are named ${name}`);
  names.add(name);
  want('abi', name, abi);
  if (!storageLayout) throw new Error(`${entry} has no storage layout: build again`);
  const sources = Object.keys(metadata.sources).filter((file) => file.startsWith('contracts/src/'));
  const namespaces = Object.assign({}, ...sources.map(namespacesIn));
  want('storage', name, { ...storageOf(storageLayout), namespaces });
}

const kept = ['abi', 'storage'].flatMap((folder) => {
  const at = path.join(root, folder);
  return fs.existsSync(at) ? fs.readdirSync(at).map((file) => path.join(at, file)) : [];
});
const stale = kept.filter((file) => !wanted.has(file));
const changed = [...wanted].filter(([file, text]) => !fs.existsSync(file) || fs.readFileSync(file, 'utf8') !== text);

if (check) {
  for (const [file] of changed) console.error(`snapshots: ${file} is missing or out of date`);
  for (const file of stale) console.error(`snapshots: ${file} has no contract`);
  if (changed.length + stale.length > 0) {
    console.error('snapshots: if the change is meant, run tools/snapshots.sh and commit the result');
    process.exit(1);
  }
} else {
  for (const [file, text] of changed) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }
  for (const file of stale) fs.rmSync(file);
}
console.log(`snapshots: ABI and storage of ${names.size} contracts, ${check ? 'all as recorded' : `${changed.length} written`}`);
JS
