// Measures the relayer between two local chains and merges its figures into target/bench.json: messages per second out of a backlog,
// blocks that it adds to finality under a light load, and resident memory with a long queue. Wants a machine that does nothing else.
//
//   node tools/bench-relayer.mjs [--program PATH] [--only throughput|latency|memory] [--backlog 5000] [--queue 100000]
import { execFileSync, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join, normalize } from 'node:path'
import { parseArgs } from 'node:util'
import { setTimeout as sleep } from 'node:timers/promises'

const root = normalize(new URL('..', import.meta.url).pathname)
const { values } = parseArgs({
  options: {
    program: { type: 'string', default: join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'release/heliograph') },
    only: { type: 'string' },
    backlog: { type: 'string', default: '5000' },
    queue: { type: 'string', default: '100000' },
  },
})
const [backlog, queue] = [Number(values.backlog), Number(values.queue)]
const folder = join(root, 'target/bench-relayer')
const running = new Set()

function start(name, args) {
  // Into a file: nobody reads a pipe while `ask` waits, and whoever writes into a full one waits too.
  const path = join(folder, `${name}.log`)
  const log = openSync(path, 'w')
  const child = spawn(values.program, args, { cwd: root, stdio: ['ignore', log, log] })
  closeSync(log)
  running.add(child)
  child.said = () => readFileSync(path, 'utf8').slice(-100_000)
  child.on('exit', (status, signal) => {
    running.delete(child)
    child.ended = { status, signal }
    if (!child.expected) fail(`the ${name} ended with ${status ?? signal}:\n${child.said()}`)
  })
  return child
}

async function stop(child) {
  if (!child || child.ended) return
  child.expected = true
  child.kill('SIGTERM')
  while (!child.ended) await sleep(50)
}

function fail(problem) {
  console.error(`bench-relayer: ${problem}`)
  for (const child of running) child.kill('SIGTERM')
  process.exit(1)
}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => fail('interrupted'))

// A program that is asked something and ends. `check` exits 1 while something is missing, and says what all the same.
function ask(...args) {
  try {
    return JSON.parse(execFileSync(values.program, ['--json', ...args], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] }))
  } catch (error) {
    if (error.status === 1 && error.stdout) return JSON.parse(error.stdout)
    throw error
  }
}

async function devnet(...args) {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const child = start('devnet', ['devnet', '--folder', folder, ...args])
  while (!existsSync(join(folder, 'devnet.json'))) await sleep(200)
  return child
}

const config = join(folder, 'relayer.toml')
const relayer = () => start('relayer', ['start', '--config', config])
const change = (from, to) => {
  const text = readFileSync(config, 'utf8')
  if (!text.includes(from)) fail(`no ${from} in ${config}`)
  writeFileSync(config, text.replaceAll(from, to))
}
const send = (count) => ask('devnet', 'send', '--folder', folder, '--count', String(count), '--per-block', '400')
const check = (wait) => ask('devnet', 'check', '--folder', folder, '--wait', String(wait))

// A backlog is final before the relayer starts: what is measured is proving and submitting alone.
async function throughput() {
  const chains = await devnet()
  send(backlog)
  await sleep(15_000)
  const child = relayer()
  const { ok, lanes } = check(900)
  if (!ok) fail(`${lanes[0].missing.length} of ${backlog} messages did not arrive:\n${child.said()}`)
  await stop(child)
  await stop(chains)
  return { 'relayer.messages_per_s': lanes[0].delivered / Math.max(1, lanes[0].secondsOfDelivery) }
}

async function latency() {
  const chains = await devnet('--messages-per-block', '2')
  const child = relayer()
  await sleep(180_000)
  const { lanes } = check(0)
  await stop(child)
  await stop(chains)
  const medians = lanes.map((lane) => lane.latencyMedian)
  if (medians.includes(null)) fail(`a lane delivered nothing:\n${child.said()}`)
  return { 'relayer.added_latency_blocks': Math.max(...medians) }
}

// Nobody updates the light client, so that everything waits in the queue.
async function memory() {
  const chains = await devnet()
  change('kind = { beacon', 'keeper = { enabled = false }\nkind = { beacon')
  send(queue)
  const child = relayer()
  const status = () => readFileSync(`/proc/${child.pid}/status`, 'utf8')
  const megabytes = (name) => Number(status().match(new RegExp(`${name}:\\s+(\\d+) kB`))[1]) / 1024
  // Neither the file nor the table is there at once.
  const queued = () => {
    try {
      const rows = ['-readonly', join(folder, 'relayer.db'), 'SELECT count(*) FROM message']
      return Number(execFileSync('sqlite3', rows, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
    } catch (error) {
      if (error.code === 'ENOENT') fail('sqlite3 is not installed')
      return 0
    }
  }
  const deadline = Date.now() + 900_000
  while (queued() < queue) {
    if (Date.now() > deadline) fail(`only ${queued()} of ${queue} messages were seen`)
    await sleep(2000)
  }
  await sleep(20_000)
  const figures = { 'relayer.rss_mb': megabytes('VmHWM') }
  await stop(child)
  await stop(chains)
  return figures
}

if (!existsSync(values.program)) fail(`no program at ${values.program}: cargo build --release --package heliograph-cli`)
const path = join(root, 'target/bench.json')
const all = { throughput, latency, memory }
if (values.only && !(values.only in all)) fail(`--only is one of ${Object.keys(all).join(', ')}`)
for (const [name, measure] of Object.entries(all)) {
  if (values.only && values.only !== name) continue
  const load = loadavg()[0].toFixed(2)
  const figures = await measure()
  for (const [figure, value] of Object.entries(figures)) console.log(`${figure.padEnd(32)} ${value.toFixed(2)}   (load before ${load})`)
  const known = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {}
  const sorted = Object.entries({ ...known, ...figures }).sort(([a], [b]) => (a < b ? -1 : 1))
  writeFileSync(path, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`)
}
