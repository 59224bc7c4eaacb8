import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { SignalingClient } from '@pigeon/signaling-protocol'
import { connectWebSocket } from '@pigeon/signaling-protocol/websocket'
import { systemClock, systemRandom } from '@pigeon/transport/system'
import { randomPeerId } from '@pigeon/xor'
import type { HubCommands } from '../../federation/hub-program.ts'
import { OPEN_HUB } from '../../federation/program.ts'
import { Child } from '../mesh/child.ts'

/** What carries messages: one hub alone, or two with such a link. */
export const KINDS = ['local', 'ws', 'webrtc', 'nats'] as const

/** One of {@link KINDS}. */
export type Kind = (typeof KINDS)[number]

/** Clients at each end. */
const CLIENTS = 50

/** Bytes of an offer, with the time in front. */
const OFFER_BYTES = 2000

/** How long each rate is kept, ms. */
const ROUND_MS = 4000

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** What relaying cost. */
export interface RelayCost {
  /** Processor time of all hubs for one message, µs. */
  readonly cpu: number
  /** From client to client, ms. */
  readonly p50: number
  readonly p99: number
  readonly sent: number
  readonly received: number
}

/** Two hubs in processes of their own, with clients at each. */
export class RelayBench {
  readonly kind: Kind
  readonly #hubs: Child<HubCommands>[]
  readonly #nats: ChildProcess | undefined
  readonly #from: SignalingClient[] = []
  readonly #to: SignalingClient[] = []
  #latencies: number[] = []

  private constructor(kind: Kind, hubs: Child<HubCommands>[], nats: ChildProcess | undefined) {
    this.kind = kind
    this.#hubs = hubs
    this.#nats = nats
  }

  static async start(program: string, kind: Kind): Promise<RelayBench> {
    const { server, port } = kind === 'nats' ? await startNats() : { server: undefined, port: 0 }
    const hubs: Child<HubCommands>[] = []
    const urls: string[] = []
    for (let index = 0; index < (kind === 'local' ? 1 : 2); index++) {
      const hub = new Child<HubCommands>(program)
      hubs.push(hub)
      const url = await hub.call('start', {
        ...OPEN_HUB,
        bootstrapHubs: kind === 'nats' ? [] : urls.slice(0, 1),
        hubMeshTransport: kind === 'webrtc' ? 'webrtc' : 'ws',
        meshMigrationDelay: 0.5,
        nats: kind === 'nats' ? [`127.0.0.1:${port}`] : [],
      })
      urls.push(url)
    }
    for (const hub of kind === 'local' ? [] : hubs) {
      while (!(await isLinked(hub, kind))) await sleep(100)
    }
    const bench = new RelayBench(kind, hubs, server)
    await bench.#join(urls[0] as string, urls.at(-1) as string)
    return bench
  }

  /** So many messages a second for a while. */
  async relay(rate: number): Promise<RelayCost> {
    this.#latencies = []
    const before = await this.#cpu()
    const start = performance.now()
    let sent = 0
    while (performance.now() - start < ROUND_MS) {
      const due = ((performance.now() - start) / 1000) * rate
      for (; sent < due; sent++) this.#send(sent)
      await sleep(2)
    }
    // What has not come by then has failed.
    for (let left = 60; left > 0 && this.#latencies.length < sent; left--) await sleep(100)
    const cpu = (await this.#cpu()) - before
    const sorted = this.#latencies.sort((a, b) => a - b)
    const at = (part: number): number => sorted[Math.floor(sorted.length * part)] ?? Number.NaN
    return { cpu: cpu / sent, p50: at(0.5), p99: at(0.99), sent, received: sorted.length }
  }

  async end(): Promise<void> {
    for (const client of [...this.#from, ...this.#to]) client.close()
    for (const hub of this.#hubs) await hub.end()
    this.#nats?.kill('SIGKILL')
  }

  async #cpu(): Promise<number> {
    let sum = 0
    for (const hub of this.#hubs) sum += await hub.call('cpu')
    return sum
  }

  #send(index: number): void {
    const payload = new Uint8Array(OFFER_BYTES)
    new DataView(payload.buffer).setFloat64(0, performance.now())
    const [from, to] = [this.#from[index % CLIENTS], this.#to[(index * 7) % CLIENTS]]
    from?.send((to as SignalingClient).self, payload)
  }

  async #join(from: string, to: string): Promise<void> {
    for (const [url, clients] of [
      [from, this.#from],
      [to, this.#to],
    ] as const) {
      for (let index = 0; index < CLIENTS; index++) clients.push(await connected(url))
    }
    for (const client of this.#to) {
      client.on('relay', (_, payload) => {
        const at = new DataView(payload.buffer, payload.byteOffset).getFloat64(0)
        this.#latencies.push(performance.now() - at)
      })
    }
    await sleep(1000)
  }
}

async function isLinked(hub: Child<HubCommands>, kind: Kind): Promise<boolean> {
  const { hubs, socketConnections } = await hub.call('view')
  const isAlone = kind === 'ws' || socketConnections === 0
  return isAlone && hubs.some(({ link }) => link === kind)
}

async function connected(url: string): Promise<SignalingClient> {
  const self = randomPeerId(systemRandom)
  const world = { connect: connectWebSocket, clock: systemClock, random: systemRandom }
  const client = new SignalingClient({ urls: [url], self, network: 'net', ...world })
  await new Promise<void>((resolve) => {
    client.on('connected', () => resolve())
    client.start()
  })
  return client
}

async function startNats(): Promise<{ server: ChildProcess; port: number }> {
  const port = await new Promise<number>((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
  const server = spawn('nats-server', ['-a', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' })
  server.on('error', () => {})
  return { server, port }
}
