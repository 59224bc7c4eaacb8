// A hub among others in a process of its own; what it is to do comes from its parent.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { type RunHubOptions, type RunningHub, runHub } from '@pigeon/hub-server'
import { collectGarbage } from '../bench/collect-garbage.ts'
import { serve } from '../bench/mesh/serve.ts'

/** What a hub says of its network. */
export interface HubView {
  readonly totalHubs: number
  readonly p2pConnections: number
  readonly socketConnections: number
  readonly migrated: boolean
  readonly hubs: readonly { readonly hubPeerId: string; readonly link: string | undefined }[]
}

/** What a hub can be told. */
export type HubCommands = {
  /** @returns its address */
  start(options: RunHubOptions): Promise<string>
  /** Processor time so far, µs. */
  cpu(): number
  view(): HubView
  /** Members here and claims kept for all. */
  counts(): { connections: number; peers: number; claims: number; resent: number }
  /** What it holds after a collection, bytes. */
  memory(): number
  /** How late its timers came since this was last asked: the 99th of a hundred, ms. */
  lateness(): number
  drain(): Promise<void>
}

let running: RunningHub | undefined

const delay = monitorEventLoopDelay({ resolution: 10 })
delay.enable()

/** What is looked at here of the server of a running hub. */
interface Looked {
  getHubStats(): HubView
  getStats(): {
    connections: number
    peers: number
    federation?: { claims: number; resent: number }
  }
}

const looked = (): Looked => running?.server as unknown as Looked

const commands: HubCommands = {
  async start(options) {
    running = await runHub(options)
    return running.url
  },
  cpu() {
    const { user, system } = process.cpuUsage()
    return user + system
  },
  view: () => looked().getHubStats(),
  counts() {
    const { connections, peers, federation } = looked().getStats()
    return { connections, peers, claims: federation?.claims ?? 0, resent: federation?.resent ?? 0 }
  },
  memory() {
    collectGarbage()
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  },
  lateness() {
    const ms = delay.percentile(99) / 1e6
    delay.reset()
    return ms
  },
  async drain() {
    await running?.drain()
  },
}

serve(commands)
