// npm run bench -- hub: what our hub costs, beside other signaling servers, each in a process of its own.
import { availableParallelism, loadavg } from 'node:os'
import { Command, InvalidArgumentError } from 'commander'
import { measureHeartbeat, measureIdle, type Relayed, RelayTrial } from './hub/measure.ts'
import { peerJsVersion } from './hub/peerjs.ts'
import { makeHubPrograms } from './hub/program.ts'
import { SYSTEMS, type System } from './hub/systems.ts'
import { endChildrenWithUs } from './mesh/child.ts'
import { peerPigeonVersion } from './mesh/peerpigeon.ts'
import { type BenchRow, report } from './table.ts'

/** How often peers of the heartbeat's row say that they live, ms. */
const HEARTBEAT_MS = 15_000

function atLeast(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (Number.isInteger(value) && value >= least) return value
    throw new InvalidArgumentError(`a whole number from ${least}, please`)
  }
}

const options = new Command('hub')
  .description('Measures what a hub costs, beside other signaling servers')
  .option('--connections <number>', 'that relay offers', atLeast(100), 1000)
  .option('--idle <number>', 'that do nothing', atLeast(100), 10_000)
  .option('--rounds <number>', 'of relaying; the best counts', atLeast(1), 3)
  .parse()
  .opts<{ connections: number; idle: number; rounds: number }>()

endChildrenWithUs()
const { connections, idle, rounds } = options
console.log(`${availableParallelism()} processors, load before ${loadavg()[0]?.toFixed(1)}`)
console.log('limits of our hub: on, connections 100,000, rates 1,000,000 a second, 1 GiB a second')
const { server: program } = await makeHubPrograms()
const there: Record<System, boolean> = {
  ...{ v2: true, v1: true, ws: true, splice: true },
  peerpigeon: peerPigeonVersion() !== undefined,
  peerjs: peerJsVersion() !== undefined,
}
const trials: RelayTrial[] = []
for (const system of SYSTEMS.filter((each) => there[each])) {
  trials.push(await RelayTrial.start(program, system, connections))
}
// In turn, so that what else happens on this machine hits all alike; the first round warms up.
for (let round = 0; round <= rounds; round++) {
  for (const trial of trials) await trial.relay(round > 0)
}
const relayed = new Map<System, Relayed>()
for (const { system, result } of trials) {
  relayed.set(system, result)
  const { cpuPerMessage, joinFrames, joinCpuMs } = result
  console.log(
    `${system}: ${cpuPerMessage.toFixed(1)} µs a message, join ${joinFrames} frames, ${Math.round(joinCpuMs)} ms`,
  )
}
for (const trial of trials) await trial.end()
const ws = relayed.get('ws') as Relayed
const [v1, v2] = [relayed.get('v1') as Relayed, relayed.get('v2') as Relayed]
const pp = relayed.get('peerpigeon')
const perSecond = (one: Relayed): number => 1e6 / one.cpuPerMessage
const rows: BenchRow[] = []

function row(
  metric: string,
  unit: string,
  ours: number,
  peerName: string,
  peer: number | undefined,
  goal?: { most?: number; least?: number },
): void {
  if (peer === undefined) return
  const limit =
    goal?.most !== undefined
      ? { goal: { atMost: goal.most * peer } }
      : goal?.least !== undefined
        ? { goal: { atLeast: goal.least * peer } }
        : {}
  rows.push({ metric, unit, ours, peer, peerName, ...limit })
}

const bare = 'bare ws'
row('v2: CPU a message', 'µs', v2.cpuPerMessage, bare, ws.cpuPerMessage, { most: 0.6 })
const splice = relayed.get('splice') as Relayed
row('v2: CPU a message', 'µs', v2.cpuPerMessage, 'ws, unread', splice.cpuPerMessage)
row('v1: CPU a message', 'µs', v1.cpuPerMessage, bare, ws.cpuPerMessage, { most: 1.1 })
row('v2: messages a second and core', '/s', perSecond(v2), 'peerpigeon', pp && perSecond(pp), {
  least: 1.6,
})
const peerjs = relayed.get('peerjs')
row('v2: CPU a message', 'µs', v2.cpuPerMessage, 'PeerServer', peerjs?.cpuPerMessage)
row('v2: frames of a join', '', v2.joinFrames, 'peerpigeon', pp?.joinFrames, { most: 1 / 20 })
row('v1: frames of a join', '', v1.joinFrames, 'peerpigeon', pp?.joinFrames, { most: 1 / 15 })
row('v2: CPU of a join', 'ms', v2.joinCpuMs, 'peerpigeon', pp?.joinCpuMs, { most: 1 / 10 })
row('v1: CPU of a join', 'ms', v1.joinCpuMs, 'peerpigeon', pp?.joinCpuMs)
/** A hub that many use has many networks; memory counts with what each member knows of the others. */
const MEMBERS = 50
const bareIdle = await measureIdle(program, 'ws', idle, MEMBERS)
const ourIdle = await measureIdle(program, 'v2', idle, MEMBERS)
// Connecting by itself: with others in its network, naming it to them comes on top.
const alone = await measureIdle(program, 'v2', idle, 1)
const proven = await measureIdle(program, 'v2', idle, 1, true)
row('memory of an idle connection', 'B', ourIdle.memory, bare, bareIdle.memory, { most: 1.25 })
row('CPU of a connection', 'µs', alone.connectCpu, bare, bareIdle.connectCpu, { most: 1.5 })
row('the same, with a proof', 'µs', proven.connectCpu, bare, bareIdle.connectCpu, { most: 3 })
row('and named to 8 of 49 others', 'µs', ourIdle.connectCpu, bare, bareIdle.connectCpu)
const share = await measureHeartbeat(program, idle, HEARTBEAT_MS)
// The goal is for 10,000.
const goal = { atMost: (1.5 * idle) / 10_000 }
const metric = `heartbeat of ${idle} every 15 s`
rows.push({ metric, ours: share * 100, unit: '% of a core', goal })
console.log('')
report(rows)
process.exit()
