import type { RandomStream } from '@pigeon/simulator'
import {
  ByteWriter,
  type Clock,
  type SendResult,
  type Transport,
  type TransportEvents,
  type Unsubscribe,
} from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'

/** What each sort of adversary does. */
export const ROLES = [
  /** Sends messages in others' names. */
  'forge',
  /** Sends again what it received. */
  'replay',
  /** Sends rubbish for every author's next numbers before the author does. */
  'pre-send',
  /** Sends as much as it can, of all kinds. */
  'flood',
  /** Becomes the root again and again, and passes nothing on. */
  'withhold-as-root',
  /** Claims to be the root's neighbour, takes children, and passes nothing on. */
  'withhold-as-parent',
  /** Announces everything and sends nothing. */
  'withhold-after-ihave',
  /** Announces itself as the root of ever higher terms. */
  'inflate-terms',
  /** Answers questions for messages with others. */
  'rubbish',
] as const

export type Role = (typeof ROLES)[number]

/** First bytes of frames of `@pigeon/gossip`. */
const DATA = 0x11
const IHAVE = 0x12
const BEACON = 0x14

/** The bit of a message frame that says that it was asked for. */
const PULLED = 2

/** It behaves for so long, ms. */
const START_MS = 1000

/** What a hostile peer is made of. */
export interface HostileOptions {
  readonly transport: Transport
  readonly clock: Clock
  readonly random: RandomStream
  readonly role: Role
  /** A proof it can make: its own. */
  readonly sign: (bytes: Uint8Array) => Uint8Array
  /** Those in whose names it may speak. */
  readonly victims: () => readonly PeerId[]
}

/** A transport between a gossip that keeps the rules and a network that is not to notice. */
export class HostileTransport implements Transport {
  readonly self: PeerId
  readonly maxFrameBytes: number
  readonly #options: HostileOptions
  readonly #recorded: Uint8Array[] = []
  /** The highest number seen of each author: epoch and sequence. */
  readonly #latest = new Map<PeerId, { epoch: number; sequence: number }>()
  #term = 1
  #sequence = 0

  constructor(options: HostileOptions) {
    this.self = options.transport.self
    this.maxFrameBytes = options.transport.maxFrameBytes
    this.#options = options
    options.transport.on('frame', (_from, frame) => this.#watch(frame))
    options.clock.after(START_MS, () => this.#act())
  }

  get neighbours(): ReadonlySet<PeerId> {
    return this.#options.transport.neighbours
  }

  on<E extends keyof TransportEvents>(event: E, listener: TransportEvents[E]): Unsubscribe {
    return this.#options.transport.on(event, listener)
  }

  send(to: PeerId, frame: Uint8Array): SendResult {
    const { transport, role } = this.#options
    const kind = frame[0]
    const isPulled = ((frame[2] as number) & PULLED) > 0
    switch (role) {
      case 'withhold-as-root':
        if (kind === DATA || kind === IHAVE) return 'sent'
        break
      case 'withhold-as-parent':
        if (kind === DATA || kind === IHAVE) return 'sent'
        if (kind === BEACON) return transport.send(to, withoutDistance(frame))
        break
      case 'withhold-after-ihave':
        if (kind === DATA) return 'sent'
        break
      case 'rubbish':
        if (kind === DATA && isPulled) return transport.send(to, this.#spoil(frame))
        break
    }
    return transport.send(to, frame)
  }

  #watch(frame: Uint8Array): void {
    if (frame[0] === BEACON) {
      // Kind, distance of two bytes, then the term; unless another hostile peer made it up.
      this.#term = Math.max(this.#term, frame[3] ?? 0)
    }
    if (frame[0] !== DATA) return
    if (this.#recorded.length < 500) this.#recorded.push(frame)
  }

  #act(): void {
    const { clock, random, role, victims } = this.#options
    const acts: Partial<Record<Role, () => void>> = {
      forge: () => this.#toAll(this.#message(pick(victims(), random), 1 + random.below(50))),
      replay: () => {
        const frame = this.#recorded[random.below(Math.max(1, this.#recorded.length))]
        if (frame !== undefined) this.#toAll(frame)
      },
      'pre-send': () => {
        for (const victim of victims().slice(0, 20)) {
          const { sequence = 0 } = this.#latest.get(victim) ?? {}
          this.#latest.set(victim, { epoch: 0, sequence: (sequence % 20) + 1 })
          this.#toAll(this.#message(victim, sequence + 1))
        }
      },
      flood: () => {
        for (let count = 0; count < 20; count++) {
          this.#toAll(random.fill(new Uint8Array(1 + random.below(1500))))
          this.#toAll(Uint8Array.of(0x19))
          this.#toAll(this.#message(this.self, ++this.#sequence))
        }
      },
      'withhold-as-root': () => this.#claim(1),
      'inflate-terms': () => this.#claim(5),
    }
    acts[role]?.()
    const slow = role === 'withhold-as-root' || role === 'inflate-terms'
    clock.after(slow ? 3000 : 200, () => this.#act())
  }

  #toAll(frame: Uint8Array): void {
    for (const peer of this.neighbours) this.#options.transport.send(peer, frame)
  }

  /** A whole message, well formed; its proof is that of this peer, whoever the author is. */
  #message(author: PeerId, sequence: number): Uint8Array {
    const { clock, random, sign } = this.#options
    const now = Math.floor(clock.now())
    const content = new ByteWriter(200)
      .u8(0)
      .u8(32)
      .id(author)
      .varuint(now - (now % 1_000_000))
      .varuint(sequence)
      .varuint(now)
      .text('bench')
      .raw(random.fill(new Uint8Array(64)))
      .finish()
    const signed = new ByteWriter(300).text('pigeon/gossip/1/').raw(content).finish()
    const head = new ByteWriter(400).u8(DATA).u8(1).u8(0).varuint(0)
    return head.bytes(sign(signed)).raw(content).finish()
  }

  #claim(steps: number): void {
    this.#term += steps
    const unsigned = (writer: ByteWriter) =>
      writer.varuint(this.#term).u8(0).id(this.self).varuint(1)
    const proof = this.#options.sign(unsigned(new ByteWriter(64).text('pigeon/beacon/1/')).finish())
    this.#toAll(unsigned(new ByteWriter(128).u8(BEACON).u16(0)).bytes(proof).finish())
  }

  #spoil(frame: Uint8Array): Uint8Array {
    const spoiled = frame.slice()
    for (let at = frame.length - 32; at < frame.length; at++) spoiled[at] = at & 255
    return spoiled
  }
}

function withoutDistance(frame: Uint8Array): Uint8Array {
  const changed = frame.slice()
  changed[1] = 0
  changed[2] = 0
  return changed
}

function pick<T>(items: readonly T[], random: RandomStream): T {
  return items[random.below(items.length)] as T
}
