// Prints, as markdown, who can do what in a deployment, and after which delay. Everything in it is asked of the chain: which functions are
// restricted by calling each as somebody who may do nothing, whose they are from the AccessManager, who has a role from its logs and its state.
// With the file that the deployment was made from, it exits 1 if anybody has a role who is not in it.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const [outputPath, url, configPath] = process.argv.slice(2)
if (!url) {
  console.error('usage: node tools/powers.mjs <output of Deploy.s.sol> <RPC URL> [configuration]')
  process.exit(2)
}
const output = JSON.parse(readFileSync(outputPath, 'utf8'))
const artifacts = process.env.FOUNDRY_OUT ?? 'out'
const stranger = '0x00000000000000000000000000000000decafbad'
const [ADMIN, PUBLIC] = ['0', (2n ** 64n - 1n).toString()]

const cast = (...args) => execFileSync('cast', args, { encoding: 'utf8' }).trim()
async function rpc(method, params) {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  return answer.json()
}
async function ask(method, params) {
  const { result, error } = await rpc(method, params)
  if (error) throw new Error(`${method}: ${error.message}`)
  return result
}
const manager = output.accessManager
// A call of a view of the manager: its results as decimal strings, by words.
async function view(signature, ...args) {
  const words = await ask('eth_call', [{ to: manager, data: cast('calldata', signature, ...args) }, 'latest'])
  return words.slice(2).match(/.{64}/g).map((word) => BigInt(`0x${word}`).toString())
}

// ── contracts: their artifacts, and which of their functions refuse a stranger for want of a role ───────────────────
async function nameOf(key, account) {
  if (!/^lightClient\d/.test(key)) return key[0].toUpperCase() + key.slice(1).replace(/\d+$/, '')
  const kind = Number(await ask('eth_call', [{ to: account, data: cast('sig', 'assumption()') }, 'latest']))
  return [undefined, 'BeaconLightClient', 'MapLightClient', 'AttestedLightClient'][kind]
}
const byTarget = cast('sig', 'AccessManagedUnauthorized(address)')
const byManager = cast('sig', 'AccessManagerUnauthorizedAccount(address,uint64)')
async function restricted(account, name) {
  const { abi, methodIdentifiers } = JSON.parse(readFileSync(join(artifacts, `${name}.sol`, `${name}.json`), 'utf8'))
  const views = new Set(abi.filter((f) => f.stateMutability === 'view' || f.stateMutability === 'pure').map((f) => f.name))
  const found = []
  for (const [signature, selector] of Object.entries(methodIdentifiers)) {
    if (views.has(signature.split('(')[0])) continue
    // Zeros are arguments of any type: empty bytes and lists are at offset zero.
    const call = { from: stranger, to: account, data: `0x${selector}${'0'.repeat(64 * 32)}` }
    const data = (await rpc('eth_call', [call, 'latest'])).error?.data ?? ''
    if (data.startsWith(byTarget)) found.push({ signature, selector: `0x${selector}` })
    if (data.startsWith(byManager)) found.push({ signature, role: BigInt(`0x${data.slice(-64)}`).toString() })
  }
  return found
}

// ── roles: labels and members from the logs, as far as the state still has them ────────────────────────────────────
const logs = (event) => ask('eth_getLogs', [{ address: manager, fromBlock: '0x0', toBlock: 'latest', topics: [cast('sig-event', event)] }])
const roleIn = (log) => BigInt(log.topics[1]).toString()
const labels = { [ADMIN]: 'admin', [PUBLIC]: 'anyone' }
for (const log of await logs('RoleLabel(uint64,string)')) labels[roleIn(log)] = cast('abi-decode', 'f()(string)', log.data).replaceAll('"', '')
const label = (role) => labels[role] ?? `role ${role}`
const members = {}
for (const log of await logs('RoleGranted(uint64,address,uint32,uint48,bool)')) {
  const [role, account] = [roleIn(log), cast('to-check-sum-address', `0x${log.topics[2].slice(26)}`)]
  const [since, delay] = await view('getAccess(uint64,address)', role, account)
  members[role] ??= {}
  if (since !== '0') members[role][account] = { since: Number(since), delay: Number(delay) }
}
const now = Number((await ask('eth_getBlockByNumber', ['latest', false])).timestamp)
// A delay as it is, and the one to come, if there is one: AccessManager keeps both in one word, 14 bytes from `shift` on.
async function pending(slot, shift, current) {
  const word = BigInt(await ask('eth_getStorageAt', [manager, `0x${(BigInt(slot) + 1n).toString(16)}`, 'latest'])) >> BigInt(shift)
  const [coming, effect] = [Number(word & 0xffffffffn), Number((word >> 64n) & 0xffffffffffffn)]
  return effect > now ? `${span(Number(current))} now, ${span(coming)} from ${span(effect - now)} on` : span(Number(current))
}
function span(seconds) {
  for (const [unit, size] of [['d', 86400], ['h', 3600], ['min', 60]]) if (seconds >= size) return `${+(seconds / size).toFixed(1)} ${unit}`
  return seconds === 0 ? 'none' : `${seconds} s`
}
const who = (role) => Object.entries(members[role] ?? {}).map(([account, { since }]) => `\`${account}\`${since > now ? ` in ${span(since - now)}` : ''}`).join(', ') || 'nobody'
const announced = (role) => [...new Set(Object.values(members[role] ?? {}).map(({ delay }) => span(delay)))].join(' or ') || 'never'
const atLeast = (role, delay) => {
  const delays = Object.values(members[role] ?? {}).map((member) => Math.max(member.delay, delay))
  return [...new Set(delays.map(span))].join(' or ') || 'never'
}

console.log(`Chain ${output.chainId}, AccessManager \`${manager}\`.\n`)
console.log('| role | members | what they do is announced before | a new member waits | who appoints members | who can cancel what they announce |\n|---|---|---|---|---|---|')
for (const role of Object.keys(members)) {
  const [grant] = await view('getRoleGrantDelay(uint64)', role)
  const waits = await pending(cast('index', 'uint64', role, '1'), 128, grant)
  const [[admin], [guardian]] = [await view('getRoleAdmin(uint64)', role), await view('getRoleGuardian(uint64)', role)]
  const cancels = guardian === ADMIN ? 'who announced it, admin' : `who announced it, admin, ${label(guardian)}`
  console.log(`| ${label(role)} | ${who(role)} | ${announced(role)} | ${waits} | ${label(admin)} | ${cancels} |`)
}

console.log('\n| contract | function | role | announced before | may the role be changed |\n|---|---|---|---|---|')
const silent = []
let orphans = 0
for (const [key, account] of Object.entries(output)) {
  if (!/^0x[0-9a-fA-F]{40}$/.test(account) || key === 'create3Factory') continue
  const name = await nameOf(key, account)
  const functions = await restricted(account, name)
  if (functions.length === 0) silent.push(name)
  if (functions.length === 0 || key === 'accessManager') continue
  const [closed] = await view('isTargetClosed(address)', account)
  const [delay] = await view('getTargetAdminDelay(address)', account)
  const changes = await pending(cast('index', 'address', account, '0'), 0, delay)
  const adminChanges = `by admin, at least ${atLeast(ADMIN, Number(delay))} (target: ${changes})`
  for (const { signature, selector } of functions) {
    const isAuthority = signature === 'setAuthority(address)'
    const [role] = isAuthority ? [ADMIN] : await view('getTargetFunctionRole(address,bytes4)', account, selector)
    if (role === ADMIN && !isAuthority) orphans += 1
    const before = closed === '1' ? 'closed' : atLeast(role, isAuthority ? Number(delay) : 0)
    console.log(`| ${name} | \`${signature}\` | ${label(role)}${isAuthority ? ', by `updateAuthority`' : ''} | ${before} | ${isAuthority ? 'no' : adminChanges} |`)
  }
}
for (const { signature, role } of await restricted(manager, 'AccessManager')) {
  console.log(`| AccessManager | \`${signature}\` | ${label(role)} | ${announced(role)} | no |`)
}
console.log(`\nNobody has a role in ${silent.join(', ')}.`)

if (orphans > 0) {
  console.error(`powers: ${orphans} functions are under no role but the admin's`)
  process.exit(1)
}
if (configPath) {
  const { roles } = JSON.parse(readFileSync(configPath, 'utf8'))
  const wanted = Object.fromEntries(Object.entries(roles).map(([name, role]) => [name, (role.members ?? [role.account]).map((a) => a.toLowerCase())]))
  for (const [role, accounts] of Object.entries(members)) {
    const extra = Object.keys(accounts).filter((account) => !wanted[label(role)]?.includes(account.toLowerCase()))
    if (extra.length === 0) continue
    console.error(`powers: ${extra.join(', ')}: has the role ${label(role)}, but not in ${configPath}`)
    process.exitCode = 1
  }
}
