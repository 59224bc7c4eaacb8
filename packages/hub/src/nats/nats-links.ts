import { sha256 } from '@noble/hashes/sha2.js'
import type { CryptoEngine, ReceivingKey } from '@pigeon/identity'
import {
  ByteReader,
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
import {
  decodeGreeting,
  encodeGreeting,
  GREETING_NONCE_BYTES,
  type Greeting,
  greetingTranscript,
  HUB_LINK_VERSION,
} from '../federation/greeting.ts'
import type { HubTrust } from '../federation/trust.ts'
import { hexFromBytes } from '../hex.ts'
import { TokenBucket } from '../token-bucket.ts'
import type { Bus } from './bus.ts'
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

/** How old a beat or a greeting may be, by clocks that differ, ms. */
const MAX_AGE_MS = 60_000

/** From a greeting to a session, ms. */
const HANDSHAKE_MS = 2000

/** Hubs known at most, and handshakes at once. */
const MAX_KNOWN = 512
const MAX_PENDING = 64

/** Greetings a second that are looked at, and at once: one costs two signatures or so. */
const GREETING_RATE = 50

/** NATS takes messages of 1 MiB. */
const MAX_MESSAGE_BYTES: number = 1024 * 1024

const BEAT = 1
const HELLO = 2
const REPLY = 3
const CONFIRM = 4
const FRAME = 5

/** Type, sender, and eight bytes that name the session. */
const HEADER_BYTES = 29

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

interface Handshake {
  readonly isDialler: boolean
  /** What this side said. */
  readonly own: Uint8Array
  readonly key: ReceivingKey
  readonly cancel: () => void
  remote: Greeting | undefined
  transcript: Uint8Array
}

interface Peer {
  readonly knownAt: number
  /** For so many beats neither side would have chosen this session. */
  unwanted: number
  heardAt: number
  handshake: Handshake | undefined
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
  readonly maxFrameBytes: number = MAX_MESSAGE_BYTES - HEADER_BYTES - SESSION_OVERHEAD_BYTES - 64
  /** Messages that made no sense, were forged or came again. */
  rejected = 0
  readonly #options: NatsLinksOptions
  readonly #peers = new Map<PeerId, Peer>()
  readonly #neighbours = new Set<PeerId>()
  readonly #events = new Emitter<TransportEvents>()
  readonly #greetings: TokenBucket
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
    bus.subscribe(`${this.#prefix}.beat`, (bytes) => this.#beatCame(bytes))
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
    for (const { session, handshake } of this.#peers.values()) {
      handshake?.cancel()
      session?.end('local')
    }
    this.#peers.clear()
  }

  #inbox(hub: PeerId): string {
    return `${this.#prefix}.hub.${hub}`
  }

  #repeat(): void {
    this.#beat()
    this.#cancel = this.#options.clock.after(BEAT_MS, () => {
      this.#forget()
      this.#link()
      this.#prune()
      this.#repeat()
    })
  }

  /** Says that this hub is there, in a way that only those with the secret, or a trusted key, can. */
  #beat(): void {
    const { bus, trust, clock } = this.#options
    if (!bus.isUp) return
    const said = new ByteWriter().u8(BEAT).id(this.self).u64(Math.floor(clock.now())).finish()
    trust.prove({ transcript: sha256(said), side: 'dialler' }, (proof) => {
      bus.publish(`${this.#prefix}.beat`, new ByteWriter().raw(said).raw(proof).finish())
    })
  }

  #beatCame(bytes: Uint8Array): void {
    const { trust } = this.#options
    try {
      const reader = new ByteReader(bytes)
      const isBeat = reader.u8() === BEAT
      const [id, at] = [reader.id(), reader.u64()]
      if (!isBeat || id === this.self) return
      if (!this.#isFresh(at)) throw new RangeError('too old')
      const transcript = sha256(bytes.subarray(0, HEADER_BYTES))
      trust.check(id, { transcript, side: 'dialler' }, reader.rest(), (isGood) => {
        if (isGood) this.#heardOf(id)
        else this.rejected++
      })
    } catch {
      this.rejected++
    }
  }

  #isFresh(at: number): boolean {
    return Math.abs(this.#options.clock.now() - at) <= MAX_AGE_MS
  }

  #heardOf(id: PeerId): void {
    const now = this.#options.clock.now()
    const known = this.#peers.get(id)
    if (known === undefined) {
      if (this.#peers.size >= MAX_KNOWN) return
      const unlinked = { handshake: undefined, session: undefined, name: '', unwanted: 0 }
      this.#peers.set(id, { knownAt: now, heardAt: now, ...unlinked })
      // So that it need not wait for our next beat.
      this.#soon()
    } else known.heardAt = now
  }

  /** Hubs that start together find each other first, and then choose. */
  #soon(): void {
    this.#cancelSoon ??= this.#options.clock.after(SETTLE_MS, () => {
      this.#cancelSoon = undefined
      this.#beat()
      this.#link()
    })
  }

  /** Begins what is missing; the smaller of two ids at once, the larger one if that does not happen. */
  #link(): void {
    const wanted = wantedNeighbours(this.self, new Set(this.#peers.keys()))
    const now = this.#options.clock.now()
    for (const id of wanted) {
      const peer = this.#peers.get(id) as Peer
      if (peer.session !== undefined || peer.handshake !== undefined) continue
      if (this.self < id || now - peer.knownAt >= 2 * BEAT_MS) this.#begin(id, peer)
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
    for (const [id, { heardAt, session, handshake }] of this.#peers) {
      if (heardAt > before || session !== undefined || handshake !== undefined) continue
      this.#peers.delete(id)
    }
  }

  #busChanged(isUp: boolean): void {
    if (isUp) {
      this.#beat()
      return
    }
    // What was on its way is lost, so no session can go on.
    for (const [id, peer] of [...this.#peers]) {
      this.#drop(peer)
      this.#peers.delete(id)
      peer.session?.end('failed')
    }
  }

  #drop(peer: Peer): void {
    peer.handshake?.cancel()
    peer.handshake = undefined
  }

  #greeting(key: ReceivingKey): Uint8Array {
    const { namespace, random, clock } = this.#options
    return encodeGreeting({
      ...{ version: HUB_LINK_VERSION, id: this.self, namespace, url: '', port: 0 },
      incarnation: Math.floor(clock.now()),
      nonce: random.fill(new Uint8Array(GREETING_NONCE_BYTES)),
      sessionKey: key.publicKey,
    })
  }

  #handshake(peer: Peer, isDialler: boolean): Handshake {
    const { crypto, random, clock } = this.#options
    const key = crypto.receivingKey(random.fill(new Uint8Array(32))) as ReceivingKey
    const cancel = clock.after(HANDSHAKE_MS, () => {
      if (peer.handshake === handshake) peer.handshake = undefined
    })
    const own = this.#greeting(key)
    const transcript = new Uint8Array(0)
    const handshake: Handshake = { isDialler, own, key, cancel, remote: undefined, transcript }
    this.#drop(peer)
    peer.handshake = handshake
    return handshake
  }

  #begin(id: PeerId, peer: Peer): void {
    const { own } = this.#handshake(peer, true)
    const { trust } = this.#options
    // Shown at once, so that nobody else can make a hub agree on keys.
    trust.prove({ transcript: sha256(own), side: 'dialler' }, (proof) => {
      this.#say(id, HELLO, new ByteWriter().bytes(own).raw(proof).finish())
    })
  }

  #say(to: PeerId, type: number, body: Uint8Array): void {
    const bytes = new ByteWriter(32 + body.length).u8(type).id(this.self).raw(body).finish()
    this.#options.bus.publish(this.#inbox(to), bytes)
  }

  #message(bytes: Uint8Array): void {
    try {
      const reader = new ByteReader(bytes)
      const type = reader.u8()
      const from = reader.id()
      const peer = this.#peers.get(from)
      if (type === FRAME) this.#frame(peer, reader)
      else if (this.#greetings.take(1, this.#options.clock.now()) !== 'ok') this.rejected++
      else if (type === HELLO) this.#hello(from, reader)
      else if (type === REPLY && peer !== undefined) this.#reply(from, peer, reader)
      else if (type === CONFIRM && peer !== undefined) this.#confirm(from, peer, reader)
      else this.rejected++
    } catch {
      this.rejected++
    }
  }

  #frame(peer: Peer | undefined, reader: ByteReader): void {
    const name = hexFromBytes(reader.raw(8))
    const number = reader.u64()
    if (peer?.session === undefined || name !== peer.name) this.rejected++
    else peer.session.message(number, new Uint8Array(reader.rest()))
  }

  #hello(from: PeerId, reader: ByteReader): void {
    const { trust, namespace } = this.#options
    const said = new Uint8Array(reader.bytes(1024))
    const greeting = decodeGreeting(said)
    const proof = reader.rest()
    const isGood = greeting !== undefined && 'id' in greeting && greeting.id === from
    if (!isGood || greeting.namespace !== namespace || !this.#isFresh(greeting.incarnation)) {
      this.rejected++
      return
    }
    trust.check(from, { transcript: sha256(said), side: 'dialler' }, proof, (isTrusted) => {
      if (!isTrusted || from === this.self) {
        this.rejected++
        return
      }
      this.#heardOf(from)
      const peer = this.#peers.get(from)
      const pending = [...this.#peers.values()].filter((each) => each.handshake !== undefined)
      if (peer === undefined || pending.length >= MAX_PENDING) return
      // Both began: the smaller id's stands.
      if (peer.handshake?.isDialler === true && this.self < from) return
      const handshake = this.#handshake(peer, false)
      handshake.remote = greeting
      handshake.transcript = greetingTranscript(said, handshake.own)
      trust.prove({ transcript: handshake.transcript, side: 'listener' }, (own) => {
        this.#say(from, REPLY, new ByteWriter().bytes(handshake.own).raw(own).finish())
      })
    })
  }

  #reply(from: PeerId, peer: Peer, reader: ByteReader): void {
    const { trust } = this.#options
    const { handshake } = peer
    const said = new Uint8Array(reader.bytes(1024))
    const greeting = decodeGreeting(said)
    const proof = reader.rest()
    const isGood = greeting !== undefined && 'id' in greeting && greeting.id === from
    if (handshake?.isDialler !== true || !isGood) {
      this.rejected++
      return
    }
    const transcript = greetingTranscript(handshake.own, said)
    trust.check(from, { transcript, side: 'listener' }, proof, (isTrusted) => {
      if (!isTrusted || peer.handshake !== handshake) {
        this.rejected++
        return
      }
      handshake.remote = greeting
      handshake.transcript = transcript
      trust.prove({ transcript, side: 'dialler' }, (own) => {
        this.#say(from, CONFIRM, own)
        this.#open(from, peer, handshake)
      })
    })
  }

  #confirm(from: PeerId, peer: Peer, reader: ByteReader): void {
    const { handshake } = peer
    if (handshake === undefined || handshake.isDialler) {
      this.rejected++
      return
    }
    const { transcript } = handshake
    this.#options.trust.check(from, { transcript, side: 'dialler' }, reader.rest(), (isTrusted) => {
      if (isTrusted && peer.handshake === handshake) this.#open(from, peer, handshake)
      else this.rejected++
    })
  }

  #open(id: PeerId, peer: Peer, handshake: Handshake): void {
    const { crypto, clock } = this.#options
    const { key, transcript, isDialler, remote } = handshake
    this.#drop(peer)
    const shared = remote && (key.agree(remote.sessionKey) as Uint8Array | undefined)
    if (shared === undefined) {
      this.rejected++
      return
    }
    // A newer session takes the place of one that the other side has given up.
    peer.session?.end('failed')
    const nameBytes = sha256(transcript).subarray(0, 8)
    peer.name = hexFromBytes(nameBytes)
    const session = new NatsSession({
      ...{ crypto, clock, isDialler, keys: sessionKeys(shared, transcript) },
      publish: (bytes) =>
        this.#say(id, FRAME, new ByteWriter(8 + bytes.length).raw(nameBytes).raw(bytes).finish()),
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
