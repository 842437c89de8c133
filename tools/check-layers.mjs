// Holds the dependency rules of ARCHITECTURE.md against `cargo metadata` and the Solidity imports. Prints every breach and exits 1.
import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

const root = normalize(new URL('..', import.meta.url).pathname)
const breaches = []

// ── crates: what each may depend on inside the workspace, outside dev-dependencies ─────────────────────────────────
const allowed = {
  'keccak-lanes': [],
  'mpt-proof': ['keccak-lanes'],
  'light-client': ['mpt-proof', 'keccak-lanes'],
  mos: ['light-client', 'mpt-proof'],
  'heliograph-bindings': ['mos', 'light-client', 'mpt-proof'],
  'heliograph-prover': ['mos', 'light-client', 'mpt-proof'],
  testkit: ['heliograph-bindings', 'mos', 'light-client', 'mpt-proof'],
  'heliograph-cli': ['heliograph-relayer', 'heliograph-prover', 'testkit', 'heliograph-bindings', 'mos', 'light-client', 'mpt-proof'],
  'heliograph-relayer': ['heliograph-prover', 'heliograph-bindings', 'mos', 'light-client', 'mpt-proof'],
  benches: ['testkit', 'heliograph-bindings', 'mos', 'light-client', 'mpt-proof'],
}
// What the verification path of the core crates may use at all. Everything else there is optional, behind a feature.
const core = {
  'keccak-lanes': ['cpufeatures', 'sha3'],
  'mpt-proof': ['alloy-primitives', 'keccak-lanes', 'sha3', 'thiserror'],
  'light-client': ['alloy-primitives', 'keccak-lanes', 'mpt-proof', 'sha2', 'thiserror'],
}
const metadata = JSON.parse(execFileSync('cargo', ['metadata', '--no-deps', '--locked', '--format-version', '1'], { cwd: root, maxBuffer: 1 << 28 }))
const members = new Set(metadata.packages.map((p) => p.name))
for (const { name, dependencies } of metadata.packages) {
  if (!(name in allowed)) breaches.push(`crate ${name} has no row in the dependency rules`)
  for (const dependency of dependencies.filter((d) => d.kind !== 'dev')) {
    if (members.has(dependency.name) && !allowed[name]?.includes(dependency.name)) breaches.push(`${name} depends on ${dependency.name}`)
    if (core[name] && !dependency.optional && !core[name].includes(dependency.name)) breaches.push(`${name} always depends on ${dependency.name}`)
    if (dependency.source?.startsWith('git')) breaches.push(`${name} takes ${dependency.name} from git`)
  }
}

// ── contracts: which folder may import which ───────────────────────────────────────────────────────────────────────
const layers = {
  interfaces: ['interfaces'],
  types: ['types', 'libraries'],
  libraries: ['types', 'libraries', 'interfaces'],
  'light-clients': ['libraries', 'types', 'interfaces', 'light-clients'],
  mos: ['libraries', 'types', 'interfaces', 'mos'],
  fees: ['libraries', 'interfaces', 'fees'],
  tokens: ['libraries', 'interfaces', 'tokens'],
  map: ['libraries', 'types', 'interfaces', 'map'],
  examples: ['interfaces', 'examples'],
}
function sources(dir) {
  return readdirSync(dir).flatMap((name) => {
    const path = join(dir, name)
    return statSync(path).isDirectory() ? sources(path) : path.endsWith('.sol') ? [path] : []
  })
}
const src = join(root, 'contracts/src')
for (const path of sources(src)) {
  const layer = path.slice(src.length + 1).split('/')[0]
  if (!(layer in layers)) { breaches.push(`contracts/src/${layer} has no row in the dependency rules`); continue }
  const text = readFileSync(path, 'utf8')
  for (const [, target] of text.matchAll(/from "(\.[^"]+)"/g)) {
    const other = join(dirname(path), target).slice(src.length + 1).split('/')[0]
    if (!layers[layer].includes(other)) breaches.push(`${path.slice(root.length)} imports from ${other}`)
  }
  if (/assembly/.test(text) && layer !== 'libraries') breaches.push(`${path.slice(root.length)} has assembly outside libraries`)
  if (/keccak256\(abi\.encodePacked/.test(text)) breaches.push(`${path.slice(root.length)} hashes over encodePacked`)
  if (/\bclz\(/.test(text)) breaches.push(`${path.slice(root.length)} uses clz, which older chains lack`)
}

if (breaches.length) {
  console.error(breaches.sort().join('\n'))
  process.exit(1)
}
console.log(`layers: ${members.size} crates and ${sources(src).length} contracts keep the dependency rules`)
