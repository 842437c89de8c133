// Holds spec/, the error declarations and the tests against each other. Prints every gap and exits 1 when there is one.
//
//   clauses   every clause of spec/*.md has an accepting and a rejecting test in Rust and in Solidity
//   errors    every row of spec/errors.toml names a clause that exists; the Solidity errors under contracts/src are the table's, and
//             the reverse (crates/bindings tests the Rust side, where the compiler can help)
//   relayer   each of the properties L1 to L10 of the relayer has a test whose name begins with it
//   names     tests that are named in docs/, spec/ and the guides exist, in Solidity; a **twin** is in contracts/test/planted
//
// A test names the clauses it covers: `rlp_3_rejects_...`, `test_MPT_1_3_accepts_...`; `accepts` and `rejects` say which kind it is.
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const root = new URL('..', import.meta.url).pathname
const read = (path) => readFileSync(join(root, path), 'utf8')

function files(dir, ending) {
  return readdirSync(join(root, dir)).flatMap((name) => {
    const path = `${dir}/${name}`
    if (name === 'target' || name === 'node_modules') return []
    if (statSync(join(root, path)).isDirectory()) return files(path, ending)
    return name.endsWith(ending) ? [path] : []
  })
}

// A table row is a few `key = "value"` lines under [[error]]: no need for more of TOML.
function errorTable() {
  return read('spec/errors.toml').split('[[error]]').slice(1)
    .map((row) => Object.fromEntries([...row.matchAll(/^(\w+) = "(.*)"$/gm)].map(([, key, value]) => [key, value])))
}

const clauses = new Set(files('spec', '.md').flatMap((path) => [...read(path).matchAll(/\*\*([A-Z]{3}-\d+)\*\*/g)].map((m) => m[1])))
const domains = new Set([...clauses].map((clause) => clause.split('-')[0]))
const table = errorTable()
const gaps = []

// ── errors ────────────────────────────────────────────────────────────────────────────────────────────────────────
const signature = (text) => text.replace(/\s+/g, ' ').replace(/ (?=[),])/g, '').replace(/\( /g, '(').trim()
const types = (text) => signature(text).replace(/(\w+)(\s+\w+)?(?=[,)])/g, '$1').replace(/, /g, ',')
const declared = new Map()
for (const path of files('contracts/src', '.sol')) {
  for (const [, text] of read(path).matchAll(/^\s*error (\w+\([^)]*\));/gm)) declared.set(types(text), path)
}
const tabled = new Map(table.map((row) => [types(row.solidity), row]))
for (const [text, path] of declared) if (!tabled.has(text)) gaps.push(`${path}: error ${text} is not in spec/errors.toml`)
for (const [text, row] of tabled) {
  if (!declared.has(text)) gaps.push(`spec/errors.toml: no contract declares ${text}`)
  if (!clauses.has(row.clause)) gaps.push(`spec/errors.toml: ${text} names the clause ${row.clause}, which spec/ does not have`)
  if (!['prover', 'state', 'caller'].includes(row.fault)) gaps.push(`spec/errors.toml: ${text} has no fault of prover, state, caller`)
}

// ── tests ─────────────────────────────────────────────────────────────────────────────────────────────────────────
const covered = { Rust: new Map(), Solidity: new Map() }
function note(language, name) {
  const kinds = ['accepts', 'rejects'].filter((kind) => name.includes(kind))
  for (const [, domain, numbers] of name.toUpperCase().matchAll(/(?<![A-Z])([A-Z]{3})((?:_\d+)+)(?![\dA-Z])/g)) {
    if (!domains.has(domain)) continue
    for (const number of numbers.slice(1).split('_')) {
      const clause = `${domain}-${number}`
      for (const kind of kinds) covered[language].set(`${clause} ${kind}`, name)
      if (!clauses.has(clause)) gaps.push(`test ${name} names the clause ${clause}, which spec/ does not have`)
    }
  }
}
for (const path of files('crates', '.rs')) for (const [, name] of read(path).matchAll(/\bfn (\w+)/g)) note('Rust', name)
for (const path of files('contracts/test', '.sol')) for (const [, name] of read(path).matchAll(/\bfunction (test\w+)/g)) note('Solidity', name)

// A name may begin with several: `l1_l4_everything_...`.
const shown = new Set(files('crates', '.rs').flatMap((path) => [...read(path).matchAll(/\bfn ((?:l\d+_)+)/g)])
  .flatMap(([, begins]) => begins.split('_').filter(Boolean)))
for (let n = 1; n <= 10; n += 1) if (!shown.delete(`l${n}`)) gaps.push(`L${n}: no test of the relayer begins with l${n}_`)
for (const property of shown) gaps.push(`${property.toUpperCase()}: a test begins with it, and the relayer has no such property`)

// Gas, the recipient's answer, the registry's pause, money: they exist on chain only.
const onChainOnly = new Set(['MSG-9', 'MSG-10', 'CLI-5', 'FEE-1', 'FEE-2', 'FEE-3', 'FEE-4', 'FEE-5', 'FEE-6',
  ...Array.from({ length: 12 }, (_, i) => `VLT-${i + 1}`), ...Array.from({ length: 10 }, (_, i) => `MOS-${i + 1}`)])
for (const clause of clauses) {
  for (const language of ['Rust', 'Solidity']) {
    if (language === 'Rust' && onChainOnly.has(clause)) continue
    for (const kind of ['accepts', 'rejects']) {
      if (!covered[language].has(`${clause} ${kind}`)) gaps.push(`${clause}: no ${language} test that ${kind}`)
    }
  }
}

// ── names ─────────────────────────────────────────────────────────────────────────────────────────────────────────
function testsIn(folder) {
  return new Set(files(folder, '.sol').flatMap((path) => [...read(path).matchAll(/\bfunction ((?:test|invariant)\w*)/g)].map((m) => m[1])))
}
const [tests, planted] = [testsIn('contracts/test'), testsIn('contracts/test/planted')]
let named = 0
for (const path of [...files('docs', '.md'), ...files('spec', '.md'), ...readdirSync(root).filter((name) => name.endsWith('.md'))]) {
  for (const [, twin, name] of read(path).matchAll(/(\*\*twin\*\* )?`((?:test|testFuzz|invariant)_\w+)`/g)) {
    named += 1
    if (!tests.has(name)) gaps.push(`${path}: no test is called ${name}`)
    else if (twin && !planted.has(name)) gaps.push(`${path}: ${name} is not in contracts/test/planted`)
  }
}
if (named === 0) gaps.push('docs: no test is named: has the form of the tables changed?')

if (gaps.length) {
  console.error(gaps.sort().join('\n'))
  console.error(`spec: ${gaps.length} gaps`)
  process.exit(1)
}
console.log(`spec: ${clauses.size} clauses, ${table.length} errors, each tested both ways in both languages; ${named} tests named in guides`)
