// A server in a process of its own: server-process <system> <heartbeat ms>
import { createServer } from 'node:net'
import type { HubStats } from '@pigeon/hub'
import { type HubProgramOptions, type RunningHub, runHub } from '@pigeon/hub-server'
import { collectGarbage } from '../collect-garbage.ts'
import { loadPeerPigeon } from '../mesh/peerpigeon.ts'
import { serve } from '../mesh/serve.ts'
import { startBareRelay, startSplicingRelay } from './bare-relay.ts'
import { loadPeerJs } from './peerjs.ts'
import type { System } from './systems.ts'

const MANY = 1_000_000

/** Limits are on, as everywhere, but no client of this bench reaches them. */
const RAISED: Partial<HubProgramOptions> = {
  maxConnections: 100_000,
  maxConnectionsPerAddress: 100_000,
  connectRate: MANY,
  connectBurst: MANY,
  messageRate: MANY,
  messageBurst: MANY,
  byteRate: 1024 * 1024 * 1024,
  byteBurst: 1024 * 1024 * 1024,
}

/** What a server can be told. */
export type ServerCommands = {
  /** @returns its address */
  start(): Promise<string>
  /** Processor time so far, µs. */
  cpu(): number
  /** Memory of the process after a collection, bytes. */
  memory(): number
  /** What JavaScript holds after a collection, bytes. */
  heap(): number
  /** What a hub of ours holds. */
  stats(): Pick<HubStats, 'connections' | 'peers' | 'networks' | 'away'>
}

const LOOPBACK = '127.0.0.1'
const heartbeat = Number(process.argv[3] ?? 75_000) / 1000

let running: RunningHub | undefined

/** Metrics are on: somebody may ask at any time. */
async function ours(): Promise<string> {
  const options = {
    ...RAISED,
    port: 0,
    host: LOOPBACK,
    auth: 'open',
    adminPort: 0,
    heartbeat,
  } as const
  running = await runHub(options)
  return running.url
}

const START: Readonly<Record<System | 'attacked', () => Promise<string>>> = {
  // Who attacks and who is attacked have no keys: ids must be safe even then.
  attacked: async () => (await runHub({ port: 0, host: LOOPBACK, auth: 'open' })).url,
  v2: ours,
  v1: ours,
  ws: startBareRelay,
  splice: startSplicingRelay,
  async peerpigeon() {
    const { PeerPigeonServer } = await loadPeerPigeon()
    const options = { port: await freePort(), host: LOOPBACK, maxConnections: MANY }
    const { port } = await new PeerPigeonServer(options).start()
    return `ws://${LOOPBACK}:${port}`
  },
  async peerjs() {
    const { PeerServer } = await loadPeerJs()
    const port = await freePort()
    const options = { port, host: LOOPBACK, concurrent_limit: MANY, path: '/' }
    await new Promise<void>((resolve) => PeerServer(options, () => resolve()))
    return `ws://${LOOPBACK}:${port}/peerjs?key=peerjs`
  },
}

/** Not all take 0 for any. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, LOOPBACK, () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

const commands: ServerCommands = {
  start: () => START[process.argv[2] as System | 'attacked'](),
  cpu() {
    const { user, system } = process.cpuUsage()
    return user + system
  },
  memory() {
    collectGarbage()
    collectGarbage()
    return process.memoryUsage().rss
  },
  heap() {
    collectGarbage()
    collectGarbage()
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  },
  stats() {
    if (running === undefined) throw new Error('no hub of ours runs here')
    return running.server.getStats()
  },
}

serve(commands)
