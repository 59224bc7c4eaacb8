// npm run bench -- federation: what messages and members cost where hubs form one network.
import { spawnSync } from 'node:child_process'
import { availableParallelism, loadavg } from 'node:os'
import { Command, InvalidArgumentError } from 'commander'
import { makeHubProgram } from '../federation/program.ts'
import { type Growth, measureGrowth } from './federation/growth.ts'
import { KINDS, type Kind, RelayBench, type RelayCost } from './federation/relay.ts'
import { measureThreeHubs, type ThreeHubs } from './federation/three-hubs.ts'
import { endChildrenWithUs } from './mesh/child.ts'
import { peerPigeonVersion } from './mesh/peerpigeon.ts'
import { type BenchRow, report } from './table.ts'

/** Hubs and clients of each step. */
const STEPS = [
  [5, 1000],
  [10, 2000],
  [20, 4000],
  [50, 10_000],
] as const

/** Messages a second at which the kinds are compared: one that WebRTC in JavaScript bears. */
const RATE = 300

function atLeast(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (Number.isInteger(value) && value >= least) return value
    throw new InvalidArgumentError(`a whole number from ${least}, please`)
  }
}

const options = new Command('federation')
  .description('Measures networks of hubs, in the simulator and by real links')
  .option('--hubs <number>', 'the largest simulated network', atLeast(5), 50)
  .option('--rounds <number>', 'of relaying; the best counts', atLeast(1), 3)
  .option('--seed <number>', 'of the simulations', atLeast(0), 1)
  .parse()
  .opts<{ hubs: number; rounds: number; seed: number }>()

endChildrenWithUs()
console.log(`${availableParallelism()} processors, load before ${loadavg()[0]?.toFixed(1)}`)
const rows: BenchRow[] = []

async function relays(): Promise<void> {
  const program = await makeHubProgram()
  const hasNats = spawnSync('nats-server', ['--version']).status === 0
  const kinds = KINDS.filter((kind) => kind !== 'nats' || hasNats)
  const benches: RelayBench[] = []
  for (const kind of kinds) benches.push(await RelayBench.start(program, kind))
  const best = new Map<Kind, RelayCost>()
  for (let round = 0; round <= options.rounds; round++) {
    for (const bench of benches) {
      const cost = await bench.relay(RATE)
      const before = best.get(bench.kind)
      // The first round warms up.
      if (round > 0 && (before === undefined || cost.p50 < before.p50)) best.set(bench.kind, cost)
    }
  }
  for (const bench of benches) await bench.end()
  const local = best.get('local') as RelayCost
  for (const [kind, cost] of best) {
    const { cpu, p50, p99, sent, received } = cost
    console.log(
      `${kind}: ${cpu.toFixed(0)} µs a message, p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(1)} ms, ${received} of ${sent}`,
    )
    if (kind === 'local') continue
    const peer = { peer: local.cpu, peerName: 'one hub' }
    rows.push({ metric: `${kind}: CPU a message, both hubs`, unit: 'µs', ours: cpu, ...peer })
    const goal = kind === 'ws' ? { goal: { atMost: 2 * local.p50 } } : {}
    const p50Row = { metric: `${kind}: p50`, unit: 'ms', ours: p50, peer: local.p50 }
    rows.push({ ...p50Row, peerName: 'one hub', ...goal })
    const lost = { metric: `${kind}: lost of ${sent}`, unit: '', ours: sent - received }
    rows.push({ ...lost, goal: { atMost: 0 } })
  }
}

function growth(): void {
  const results: Growth[] = []
  for (const [hubs, clients] of STEPS) {
    if (hubs > options.hubs) continue
    const started = performance.now()
    const result = measureGrowth(hubs, clients, options.seed)
    results.push(result)
    const seconds = Math.round((performance.now() - started) / 1000)
    const { perJoin, hops, maxHops, claims, balance, idle, named } = result
    console.log(
      `${hubs} hubs, ${clients} clients, seed ${options.seed}: ${perJoin.toFixed(1)} messages a join, ${named.toFixed(0)} names, ` +
        `hops ${hops.toFixed(1)} (most ${maxHops}), ${claims.toFixed(0)} claims a hub (fullest ${balance.toFixed(1)} x), ` +
        `${idle.toFixed(1)} messages a second and hub at rest (${seconds} s)`,
    )
    const of = `${hubs} hubs, ${clients} clients`
    const [discovered, delivered] = [result.discovered * 100, result.delivered * 100]
    rows.push({ metric: `${of}: ring known`, unit: '%', ours: discovered, goal: { atLeast: 100 } })
    rows.push({
      metric: `${of}: delivered once`,
      unit: '%',
      ours: delivered,
      goal: { atLeast: 100 },
    })
  }
  const [least, most] = [results[0], results.at(-1)]
  if (least === undefined || most === undefined || least === most) return
  const peer = { peer: least.perJoin, peerName: `${least.hubs} hubs` }
  const metric = `messages between hubs for a join, ${most.hubs} hubs`
  rows.push({ metric, unit: '', ours: most.perJoin, ...peer, goal: { atMost: 5 * least.perJoin } })
}

async function threeHubs(): Promise<void> {
  const ours = await measureThreeHubs('pigeon')
  const theirs = peerPigeonVersion() && (await measureThreeHubs('peerpigeon'))
  const name = '3 hubs, 2 peers at each'
  const add = (metric: string, of: (one: ThreeHubs) => number, atLeast: number): void => {
    const peer = theirs && { peer: of(theirs), peerName: 'peerpigeon' }
    rows.push({ metric, unit: '', ours: of(ours), ...peer, goal: { atLeast } })
  }
  add(`${name}: broadcasts that met`, ({ before }) => before, 1)
  add('... hubs that have migrated', ({ migrated }) => migrated, 3)
  add('... and 2 more at each: broadcasts that met', ({ after }) => after, 1)
}

await relays()
await threeHubs()
growth()
console.log('')
report(rows)
process.exit()
