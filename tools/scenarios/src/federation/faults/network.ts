import type { RunHubOptions } from '@pigeon/hub-server'
import { SignalingClient, type SignalingClientOptions } from '@pigeon/signaling-protocol'
import { connectWebSocket } from '@pigeon/signaling-protocol/websocket'
import { systemClock, systemRandom } from '@pigeon/transport/system'
import { type PeerId, randomPeerId } from '@pigeon/xor'
import { Child } from '../../bench/mesh/child.ts'
import type { HubCommands } from '../hub-program.ts'
import { OPEN_HUB } from '../program.ts'
import type { Namespaces } from './namespaces.ts'

export const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms))

/** Waits until something holds. @returns how long that took, ms; `Infinity` if it did not happen */
export async function until(
  check: () => boolean | Promise<boolean>,
  limitMs: number,
): Promise<number> {
  const start = performance.now()
  while (performance.now() - start < limitMs) {
    if (await check()) return performance.now() - start
    await sleep(20)
  }
  return Number.POSITIVE_INFINITY
}

/** A client and what came to it. */
export class FaultClient {
  readonly client: SignalingClient
  readonly heard: Map<string, number> = new Map()
  readonly undeliverable: PeerId[] = []
  disconnects = 0
  connectedTo = ''
  connects = 0
  /** Why no hub takes it. */
  refused = ''

  constructor(
    urls: readonly string[],
    options: Partial<Pick<SignalingClientOptions, 'self' | 'prove'>> = {},
  ) {
    const self = randomPeerId(systemRandom)
    const world = { connect: connectWebSocket, clock: systemClock, random: systemRandom }
    this.client = new SignalingClient({ urls, self, network: 'net', ...world, ...options })
    this.client.on('connected', ({ url }) => {
      this.connectedTo = url
      this.connects++
    })
    this.client.on('disconnected', () => {
      this.disconnects++
      this.connectedTo = ''
    })
    this.client.on('refused', ({ code }) => {
      this.refused = code
    })
    this.client.on('undeliverable', (to) => this.undeliverable.push(to))
    this.client.on('relay', (_, payload) => {
      const text = new TextDecoder().decode(payload)
      this.heard.set(text, (this.heard.get(text) ?? 0) + 1)
    })
    this.client.start()
  }

  /** @returns whether its hub took it */
  say(to: FaultClient, text: string): boolean {
    return this.client.send(to.client.self, new TextEncoder().encode(text)) === 'sent'
  }
}

/** Hubs in processes of their own, and clients here. */
export class FaultNetwork {
  readonly hubs: Child<HubCommands>[] = []
  readonly urls: string[] = []
  readonly clients: FaultClient[] = []

  /**
   * @param at machines of their own to run on; else this one
   * @param within what runs them there
   */
  static async start(
    program: string,
    count: number,
    options: RunHubOptions = {},
    at?: Namespaces,
    within: readonly string[] = [],
  ): Promise<FaultNetwork> {
    const network = new FaultNetwork()
    for (let index = 0; index < count; index++) {
      const hub = new Child<HubCommands>(program, [], at?.within(index) ?? within)
      network.hubs.push(hub)
      const where = at === undefined ? {} : { host: '0.0.0.0' }
      const bootstrapHubs = network.urls.slice(0, 1)
      const url = await hub.call('start', { ...OPEN_HUB, bootstrapHubs, ...where, ...options })
      const port = url.split(':').at(-1)
      network.urls.push(at === undefined ? url : `ws://${at.address(index)}:${port}`)
    }
    await until(() => network.isWhole(count - 1), 20_000)
    return network
  }

  /** Clients that know all hubs, each with another one first. */
  async join(count: number, onlyOne = false): Promise<void> {
    for (let index = 0; index < count; index++) {
      const first = index % this.urls.length
      const urls = [...this.urls.slice(first), ...this.urls.slice(0, first)]
      this.clients.push(new FaultClient(onlyOne ? urls.slice(0, 1) : urls))
    }
    await until(() => this.clients.every(({ connectedTo }) => connectedTo !== ''), 30_000)
    await sleep(1000)
  }

  /** Clients at one hub. */
  at(hub: number): FaultClient[] {
    return this.clients.filter(({ connectedTo }) => connectedTo === this.urls[hub])
  }

  /** Whether all of some hubs see so many others. */
  async isWhole(others: number, hubs: readonly number[] = [...this.hubs.keys()]): Promise<boolean> {
    const views = await Promise.all(hubs.map((index) => this.hubs[index]?.call('view')))
    return views.every((view) => view?.totalHubs === others)
  }

  async end(): Promise<void> {
    for (const { client } of this.clients) client.close()
    for (const hub of this.hubs) {
      hub.signal('SIGCONT')
      await hub.end()
    }
  }
}

/** So that no two say the same. */
let chatters = 0

/** Each of some clients says something to the next but so many, again and again. */
export class Chatter {
  readonly sent: { from: FaultClient; to: FaultClient; text: string }[] = []
  readonly #clients: readonly FaultClient[]
  readonly #number = ++chatters
  #isOver = false
  #done: Promise<void> = Promise.resolve()

  constructor(clients: readonly FaultClient[]) {
    this.#clients = clients
  }

  /** @param rate messages a second */
  start(rate: number): void {
    this.#done = this.#run(rate)
  }

  async stop(): Promise<void> {
    this.#isOver = true
    await this.#done
  }

  /** Messages that did not come, and those that came more than once. */
  get outcome(): { lost: number; repeated: number } {
    let [lost, repeated] = [0, 0]
    for (const { to, text } of this.sent) {
      const copies = to.heard.get(text) ?? 0
      if (copies === 0) lost++
      if (copies > 1) repeated++
    }
    return { lost, repeated }
  }

  async #run(rate: number): Promise<void> {
    const clients = this.#clients
    const start = performance.now()
    for (let count = 0; !this.#isOver; ) {
      const due = ((performance.now() - start) / 1000) * rate
      for (; count < due; count++) {
        const from = clients[count % clients.length] as FaultClient
        const to = clients[(count * 7 + 1) % clients.length] as FaultClient
        if (from === to || from.connectedTo === '' || to.connectedTo === '') continue
        const text = `chat ${this.#number} ${count}`
        if (from.say(to, text)) this.sent.push({ from, to, text })
      }
      await sleep(5)
    }
  }
}
