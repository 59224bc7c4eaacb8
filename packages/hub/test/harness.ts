import {
  type ClientMessage,
  decodeHubMessage,
  encodeClientMessage,
  type HubMessage,
} from '@pigeon/signaling-protocol'
import { type MemorySocket, memorySockets } from '@pigeon/signaling-protocol/memory'
import type { Random } from '@pigeon/transport'
import { ManualClock, seededRandom } from '@pigeon/transport/testing'
import { type PeerId, randomPeerId } from '@pigeon/xor'
import type { Caller } from '../src/connection.ts'
import { Hub } from '../src/hub.ts'
import type { HubOptions } from '../src/hub-options.ts'

/** A hub on a clock of its own, whose event loop can be stalled. */
export class World {
  readonly clock: ManualClock = new ManualClock(1_000_000)
  readonly random: Random
  readonly hub: Hub
  #stalledMs = 0

  constructor(options: Partial<HubOptions> = {}, seed = 1) {
    this.random = seededRandom(seed)
    const { clock } = this
    const stallable = {
      now: () => clock.now() + this.#stalledMs,
      after: (ms: number, run: () => void) => clock.after(ms, run),
    }
    this.hub = new Hub({ clock: stallable, random: this.random, ...options })
  }

  /** Time passes for the hub, in which nothing runs. */
  stall(ms: number): void {
    this.#stalledMs += ms
  }

  id(): PeerId {
    return randomPeerId(this.random)
  }

  /** A connection that has said nothing yet. */
  dial(remoteAddress = '192.0.2.1', from: Partial<Caller> = {}): RawClient {
    const [ours, theirs] = memorySockets({ clock: this.clock })
    const client = new RawClient(ours, this)
    this.hub.accept(theirs, { ...from, remoteAddress })
    this.settle()
    return client
  }

  /** A member of a network. */
  join(network = 'net', peerId: PeerId = this.id(), session?: string): RawClient {
    const client = this.dial()
    client.hello({ network, peerId, session })
    return client
  }

  /** Many members at the same moment. */
  joinAll(ids: readonly PeerId[], network = 'net'): void {
    for (const peerId of ids) {
      const [ours, theirs] = memorySockets({ clock: this.clock })
      this.hub.accept(theirs, { remoteAddress: '192.0.2.1' })
      ours.send(encodeClientMessage({ type: 'hello', peerId, network, versions: [2, 2] }))
    }
    this.settle()
  }

  /** Lets everything on its way arrive; next to no time passes. */
  settle(): void {
    this.clock.advance(1)
  }
}

/** A client that sends what it is told and writes down what comes. */
export class RawClient {
  readonly socket: MemorySocket
  readonly received: HubMessage[] = []
  closed: { code: number; reason: string } | undefined
  id: PeerId | undefined
  readonly #world: World

  constructor(socket: MemorySocket, world: World) {
    this.socket = socket
    this.#world = world
    socket.on('message', (bytes) => {
      const decoded = decodeHubMessage(bytes)
      if (!decoded.ok) throw new Error(`the hub sent rubbish: ${decoded.reason}`)
      this.received.push(decoded.message)
    })
    socket.on('close', (code, reason) => {
      this.closed = { code, reason }
    })
  }

  hello(
    fields: {
      peerId?: PeerId
      network?: string
      session?: string | undefined
      versions?: [number, number]
    } = {},
  ): this {
    const { peerId = this.#world.id(), network = 'net', versions = [2, 2], session } = fields
    this.id = peerId
    return this.send({ type: 'hello', peerId, network, versions, session })
  }

  send(message: ClientMessage): this {
    return this.sendBytes(encodeClientMessage(message))
  }

  sendBytes(bytes: Uint8Array): this {
    this.socket.send(bytes)
    this.#world.settle()
    return this
  }

  relay(to: RawClient | PeerId, text = 'hello'): this {
    const id = typeof to === 'string' ? to : (to.id as PeerId)
    return this.send({ type: 'relay', id, payload: new TextEncoder().encode(text) })
  }

  /** The messages of one type so far. */
  all<T extends HubMessage['type']>(type: T): Extract<HubMessage, { type: T }>[] {
    return this.received.filter((message) => message.type === type) as Extract<
      HubMessage,
      { type: T }
    >[]
  }

  /** The one message of a type. */
  one<T extends HubMessage['type']>(type: T): Extract<HubMessage, { type: T }> {
    const all = this.all(type)
    if (all.length !== 1) throw new Error(`${all.length} messages of type ${type}, not one`)
    return all[0] as Extract<HubMessage, { type: T }>
  }

  /** What relays brought, as `sender text`. */
  get relayed(): string[] {
    return this.all('relay').map(({ id, payload }) => `${id} ${new TextDecoder().decode(payload)}`)
  }

  /** All ids the hub ever told. */
  get told(): PeerId[] {
    return [...this.all('welcome'), ...this.all('peers')].flatMap(({ peers }) => peers)
  }
}
