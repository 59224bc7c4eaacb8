import { sha256 } from '@noble/hashes/sha2.js'
import type { CryptoEngine } from '@pigeon/identity'
import {
  ByteWriter,
  type Clock,
  type CloseReason,
  Emitter,
  type Random,
  type SendResult,
  type Transport,
  type TransportEvents,
  type Unsubscribe,
} from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { HubTrust } from '../federation/trust.ts'
import { hexFromBytes } from '../hex.ts'
import { TokenBucket } from '../token-bucket.ts'
import { Beats } from './beats.ts'
import type { Bus } from './bus.ts'
import {
  type BusMessage,
  decodeBusMessage,
  encodeBusMessage,
  FRAME_HEADER_BYTES,
  sessionName,
} from './bus-messages.ts'
import { type Agreed, Handshakes } from './handshakes.ts'
import { NatsSession, SESSION_OVERHEAD_BYTES } from './nats-session.ts'
import { wantedNeighbours } from './neighbours.ts'
import { sessionKeys } from './sealer.ts'

/** Every hub says so often that it is there, ms. */
const BEAT_MS = 2000

/** Not heard of for three beats: it is not asked for a session any more, ms. */
const FORGET_MS = 6000

/** After a hub is heard of for the first time sessions are chosen this much later, ms. */
const SETTLE_MS = 300

/** Beats for which neither side wants a session before it ends. */
const PRUNE_BEATS = 5

/** Hubs known at most. */
const MAX_KNOWN = 512

/** Greetings a second that are looked at, and at once: one costs two signatures or so. */
const GREETING_RATE = 50

/** NATS takes messages of 1 MiB. */
const MAX_MESSAGE_BYTES: number = 1024 * 1024

/** Options of {@link NatsLinks}. */
export interface NatsLinksOptions {
  readonly self: PeerId
  /** Which hubs belong together. */
  readonly namespace: string
  readonly bus: Bus
  readonly trust: HubTrust
  readonly crypto: CryptoEngine
  readonly clock: Clock
  readonly random: Random
}

interface Peer {
  readonly knownAt: number
  /** For so many beats neither side would have chosen this session. */
  unwanted: number
  heardAt: number
  session: NatsSession | undefined
  name: string
}

/**
 * Links between the hubs of a cluster over a bus, as a transport. Hubs find each other by beats; each
 * pair agrees on keys, proves itself as on any link between hubs, and seals what it says: others on
 * the bus can neither read it nor speak in a hub's name.
 */
export class NatsLinks implements Transport {
  readonly self: PeerId
  readonly maxFrameBytes: number =
    MAX_MESSAGE_BYTES - FRAME_HEADER_BYTES - SESSION_OVERHEAD_BYTES - 64
  /** Messages that made no sense, were forged or came again. */
  rejected = 0
  readonly #options: NatsLinksOptions
  readonly #peers = new Map<PeerId, Peer>()
  readonly #neighbours = new Set<PeerId>()
  readonly #events = new Emitter<TransportEvents>()
  readonly #greetings: TokenBucket
  readonly #beats: Beats
  readonly #handshakes: Handshakes
  readonly #prefix: string
  readonly #off: Unsubscribe
  #cancel: () => void = () => {}
  #cancelSoon: (() => void) | undefined

  constructor(options: NatsLinksOptions) {
    const { self, namespace, bus, clock } = options
    this.self = self
    this.#options = options
    this.#greetings = new TokenBucket(GREETING_RATE, 4 * GREETING_RATE, clock.now())
    const name = hexFromBytes(sha256(new ByteWriter().text(namespace).finish()).subarray(0, 8))
    this.#prefix = `pigeon.${name}`
    const rejected = () => {
      this.rejected++
    }
    const subject = `${this.#prefix}.beat`
    const heard = (id: PeerId) => void this.#heardOf(id)
    this.#beats = new Beats({ ...options, subject, heard, rejected })
    this.#handshakes = new Handshakes({
      ...{ ...options, rejected },
      say: (to, message) => bus.publish(this.#inbox(to), encodeBusMessage(message)),
      wanted: (id) => this.#heardOf(id),
      agreed: (id, agreed) => this.#open(id, agreed),
    })
    bus.subscribe(this.#inbox(self), (bytes) => this.#message(bytes))
    this.#off = bus.onChange((isUp) => this.#busChanged(isUp))
    this.#repeat()
  }

  get neighbours(): ReadonlySet<PeerId> {
    return this.#neighbours
  }

  send(to: PeerId, frame: Uint8Array): SendResult {
    if (frame.length > this.maxFrameBytes) return 'too-large'
    if (!this.#neighbours.has(to)) return 'gone'
    return this.#peers.get(to)?.session?.send(frame) ?? 'gone'
  }

  on<E extends keyof TransportEvents>(event: E, listener: TransportEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /** Takes its leave of all. */
  close(): void {
    this.#cancel()
    this.#cancelSoon?.()
    this.#off()
    this.#handshakes.clear()
    for (const { session } of this.#peers.values()) session?.end('local')
    this.#peers.clear()
  }

  #inbox(hub: PeerId): string {
    return `${this.#prefix}.hub.${hub}`
  }

  #repeat(): void {
    this.#beats.say()
    this.#cancel = this.#options.clock.after(BEAT_MS, () => {
      this.#forget()
      this.#link()
      this.#prune()
      this.#repeat()
    })
  }

  /** @returns whether it is known now */
  #heardOf(id: PeerId): boolean {
    const now = this.#options.clock.now()
    const known = this.#peers.get(id)
    if (known !== undefined) known.heardAt = now
    else if (this.#peers.size >= MAX_KNOWN) return false
    else {
      const unlinked = { session: undefined, name: '', unwanted: 0 }
      this.#peers.set(id, { knownAt: now, heardAt: now, ...unlinked })
      // So that it need not wait for our next beat.
      this.#soon()
    }
    return true
  }

  /** Hubs that start together find each other first, and then choose. */
  #soon(): void {
    this.#cancelSoon ??= this.#options.clock.after(SETTLE_MS, () => {
      this.#cancelSoon = undefined
      this.#beats.say()
      this.#link()
    })
  }

  /** Begins what is missing; the smaller of two ids at once, the larger one if that does not happen. */
  #link(): void {
    const wanted = wantedNeighbours(this.self, new Set(this.#peers.keys()))
    const now = this.#options.clock.now()
    for (const id of wanted) {
      const peer = this.#peers.get(id) as Peer
      if (peer.session !== undefined || this.#handshakes.has(id)) continue
      if (this.self < id || now - peer.knownAt >= 2 * BEAT_MS) this.#handshakes.begin(id)
    }
  }

  /** Ends what neither side would choose any more, once that is so for a while. */
  #prune(): void {
    const known = new Set(this.#peers.keys())
    const wanted = wantedNeighbours(this.self, known)
    for (const [id, peer] of this.#peers) {
      const others = new Set([...known, this.self].filter((other) => other !== id))
      const isWanted = wanted.has(id) || wantedNeighbours(id, others).has(this.self)
      peer.unwanted = isWanted || peer.session === undefined ? 0 : peer.unwanted + 1
      if (peer.unwanted >= PRUNE_BEATS) peer.session?.end('local')
    }
  }

  #forget(): void {
    const before = this.#options.clock.now() - FORGET_MS
    for (const [id, { heardAt, session }] of this.#peers) {
      if (heardAt > before || session !== undefined || this.#handshakes.has(id)) continue
      this.#peers.delete(id)
    }
  }

  #busChanged(isUp: boolean): void {
    if (isUp) {
      this.#beats.say()
      return
    }
    // What was on its way is lost, so no session can go on.
    this.#handshakes.clear()
    for (const [id, peer] of [...this.#peers]) {
      this.#peers.delete(id)
      peer.session?.end('failed')
    }
  }

  #message(bytes: Uint8Array): void {
    try {
      const message = decodeBusMessage(bytes)
      if (message.type === 'frame') this.#frame(message)
      else if (this.#greetings.take(1, this.#options.clock.now()) !== 'ok') this.rejected++
      else if (message.type === 'beat') this.rejected++
      else this.#handshakes.take(message)
    } catch {
      this.rejected++
    }
  }

  #frame({ from, session, number, sealed }: Extract<BusMessage, { type: 'frame' }>): void {
    const peer = this.#peers.get(from)
    if (peer?.session === undefined || session !== peer.name) this.rejected++
    else peer.session.message(number, sealed)
  }

  #open(id: PeerId, { isDialler, transcript, shared }: Agreed): void {
    const { crypto, clock, bus } = this.#options
    const peer = this.#peers.get(id)
    if (peer === undefined) return
    // A newer session takes the place of one that the other side has given up.
    peer.session?.end('failed')
    const name = sessionName(transcript)
    peer.name = name
    const session = new NatsSession({
      ...{ crypto, clock, isDialler, keys: sessionKeys(shared, transcript) },
      publish: (number, sealed) => {
        const message = { type: 'frame', from: this.self, session: name, number, sealed } as const
        bus.publish(this.#inbox(id), encodeBusMessage(message))
      },
      frame: (frame) => this.#events.emit('frame', id, frame),
      drain: () => this.#events.emit('drain', id),
      down: (reason) => this.#down(id, peer, session, reason),
    })
    peer.session = session
    this.#neighbours.add(id)
    this.#events.emit('up', id)
  }

  #down(id: PeerId, peer: Peer, session: NatsSession, reason: CloseReason): void {
    this.rejected += session.rejected
    if (peer.session === session) peer.session = undefined
    if (this.#neighbours.delete(id)) this.#events.emit('down', id, reason)
  }
}
