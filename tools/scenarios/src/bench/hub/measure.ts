import { Child } from '../mesh/child.ts'
import { Clients } from './clients.ts'
import type { ServerCommands } from './server-process.ts'
import type { System } from './systems.ts'

/** Messages that are on their way at any time. */
const WINDOW = 400

/** How long one round of relaying lasts, ms. */
const ROUND_MS = 3000

/** Connections opened before one is measured. */
const WARM_UP = 100

/** Of each network whose members send heartbeats. */
const MEMBERS = 50

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** What relaying and joining cost a server. */
export interface Relayed {
  /** Of the best round, µs of processor time. */
  readonly cpuPerMessage: number
  /** Messages sent by the server while everyone joined one network. */
  readonly joinFrames: number
  /** Processor time of that, ms. */
  readonly joinCpuMs: number
}

/** What connections cost that do nothing. */
export interface Idle {
  /** µs of processor time. */
  readonly connectCpu: number
  /** Bytes each. */
  readonly memory: number
}

/** One system's server and its peers, which relay offers between random pairs. */
export class RelayTrial {
  readonly system: System
  readonly #child: Child<ServerCommands>
  readonly #clients: Clients
  readonly #join: Pick<Relayed, 'joinFrames' | 'joinCpuMs'>
  #best = Number.POSITIVE_INFINITY

  private constructor(
    system: System,
    child: Child<ServerCommands>,
    clients: Clients,
    join: Pick<Relayed, 'joinFrames' | 'joinCpuMs'>,
  ) {
    this.system = system
    this.#child = child
    this.#clients = clients
    this.#join = join
  }

  /** Lets peers join one network. */
  static async start(program: string, system: System, connections: number): Promise<RelayTrial> {
    const child = new Child<ServerCommands>(program, [system])
    const clients = new Clients(system, await child.call('start'))
    const before = await child.call('cpu')
    await clients.open(connections, 1)
    await settled(clients)
    const joinCpuMs = ((await child.call('cpu')) - before) / 1000
    return new RelayTrial(system, child, clients, {
      joinCpuMs,
      joinFrames: clients.received + connections,
    })
  }

  get result(): Relayed {
    return { ...this.#join, cpuPerMessage: this.#best }
  }

  /** One round. @param counts whether it is more than to warm up */
  async relay(counts: boolean): Promise<void> {
    const cost = await relay(this.#child, this.#clients, this.#clients.sockets.length)
    if (counts) this.#best = Math.min(this.#best, cost)
  }

  async end(): Promise<void> {
    this.#clients.close()
    await this.#child.end()
  }
}

/** Until nothing came for a second and a half. */
async function settled(clients: Clients): Promise<void> {
  for (let last = -1; clients.received !== last; ) {
    last = clients.received
    await sleep(1500)
  }
}

async function relay(
  child: Child<ServerCommands>,
  clients: Clients,
  connections: number,
): Promise<number> {
  const random = (): number => Math.floor(Math.random() * connections)
  const send = (): void => {
    const from = random()
    clients.offer(from, (from + 1 + Math.floor(Math.random() * (connections - 1))) % connections)
  }
  const cpu = await child.call('cpu')
  const received = clients.received
  let on = true
  clients.onMessage = () => {
    if (on) send()
  }
  for (let count = 0; count < WINDOW; count++) send()
  await sleep(ROUND_MS)
  on = false
  clients.onMessage = () => {}
  await settled(clients)
  return ((await child.call('cpu')) - cpu) / (clients.received - received)
}

/**
 * Opens connections that then do nothing.
 * @param members of each network, to some of whom a newcomer is named
 */
export async function measureIdle(
  program: string,
  system: System,
  connections: number,
  members: number,
  prove = false,
): Promise<Idle> {
  const child = new Child<ServerCommands>(program, [system])
  const clients = new Clients(system, await child.call('start'))
  // What is made once is made by then.
  const networks = Math.ceil(connections / members)
  await clients.open(WARM_UP, networks, prove)
  const base = await child.call('memory')
  const before = await child.call('cpu')
  await clients.open(connections, networks, prove)
  const connectCpu = ((await child.call('cpu')) - before) / connections
  await sleep(1000)
  const memory = ((await child.call('memory')) - base) / connections
  clients.close()
  await child.end()
  return { connectCpu, memory }
}

/** @returns the part of a core that heartbeats of so many idle peers take */
export async function measureHeartbeat(
  program: string,
  connections: number,
  everyMs: number,
): Promise<number> {
  const child = new Child<ServerCommands>(program, ['v2', `${everyMs}`])
  const clients = new Clients('v2', await child.call('start'))
  await clients.open(connections, connections / MEMBERS)
  const beats = async (): Promise<void> => {
    const started = performance.now()
    for (let sent = 0; sent < connections; ) {
      const due = Math.min(connections, ((performance.now() - started) / everyMs) * connections)
      while (sent < due) clients.ping(sent++)
      await sleep(10)
    }
  }
  await beats()
  const [cpu, at] = [await child.call('cpu'), performance.now()]
  await beats()
  const share = ((await child.call('cpu')) - cpu) / 1000 / (performance.now() - at)
  clients.close()
  await child.end()
  return share
}
