import type { Clock, Emitter } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Codes } from './codes.ts'
import type { VolunteerEvents } from './events.ts'
import type { Offer } from './frames.ts'
import type { CodeHash, JobId } from './ids.ts'
import type { Limits } from './limits.ts'
import type { Neighbour } from './neighbour.ts'
import { Relay } from './relay.ts'

/** Ended jobs that are remembered, so that late announcements do not bring them back. */
const ENDED_LIMIT = 256

/** What {@link Relays} needs from its volunteer. */
export interface RelaysOptions {
  readonly self: PeerId
  readonly clock: Clock
  readonly limits: Limits
  readonly codes: Codes
  readonly events: Emitter<VolunteerEvents>
  readonly neighbours: () => Iterable<Neighbour>
  /** A job became known. */
  readonly came: (relay: Relay) => void
  /** One was told of again. */
  readonly toldAgain: (relay: Relay) => void
}

/** The jobs of others that are known here, and the ways to those who submitted them. */
export class Relays {
  readonly #options: RelaysOptions
  readonly #all = new Map<JobId, Relay>()
  readonly #ended = new Set<JobId>()

  constructor(options: RelaysOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#all.size
  }

  get(job: JobId): Relay | undefined {
    return this.#all.get(job)
  }

  values(): Iterable<Relay> {
    return this.#all.values()
  }

  /** Whom to ask for a piece of code, as far as is known. */
  sourceOf(hash: CodeHash): Neighbour | undefined {
    for (const { offer, source } of this.#all.values()) if (offer.hash === hash) return source
    return undefined
  }

  /** @returns whether it made sense */
  announced(from: Neighbour, seq: number, offer: Offer): boolean {
    const { job } = offer
    if (this.#ended.has(job)) return false
    const relay = this.#all.get(job)
    return relay === undefined
      ? this.#learn(from, seq, offer)
      : this.#announcedAgain(relay, from, seq, offer)
  }

  /** Tells a new neighbour of all that there is a way to. */
  tell(neighbour: Neighbour): void {
    for (const { offer, seq, source } of this.#all.values()) {
      if (source !== undefined) neighbour.send({ kind: 'announce', seq, offer })
    }
  }

  /** Measures the ways, and forgets the silent. */
  beat(): void {
    const { limits, clock } = this.#options
    const now = clock.now()
    for (const relay of [...this.#all.values()]) {
      if (now - relay.heardAt > limits.silenceMs) this.forget(relay)
      else relay.source?.send({ kind: 'probe', stamp: Math.floor(now) })
    }
  }

  /** A neighbour answered a probe. @returns whether it made sense */
  echoed(from: Neighbour, stamp: number): boolean {
    const { limits, clock } = this.#options
    const ms = clock.now() - stamp
    if (ms < 0 || ms > limits.silenceMs) return false
    for (const relay of this.#all.values()) if (relay.source === from) relay.heard(ms)
    return true
  }

  /** A job is over. */
  forget(relay: Relay): void {
    const { neighbours, events } = this.#options
    const { job } = relay.offer
    this.#all.delete(job)
    relay.end()
    this.#ended.add(job)
    for (const oldest of this.#ended) {
      if (this.#ended.size <= ENDED_LIMIT) break
      this.#ended.delete(oldest)
    }
    for (const neighbour of neighbours()) {
      if (neighbour !== relay.source) neighbour.send({ kind: 'end', job })
    }
    events.emit('offer-end', relay.offer)
  }

  /** Without a word to anybody. */
  clear(): void {
    for (const relay of this.#all.values()) relay.end()
    this.#all.clear()
  }

  #learn(from: Neighbour, seq: number, offer: Offer): boolean {
    const { self, limits, clock, events, came } = this.#options
    if (this.#all.size >= limits.jobs || offer.codeBytes > limits.codeBytes) return false
    const relay = new Relay({ offer, limits, self, now: () => clock.now() })
    this.#all.set(offer.job, relay)
    relay.follow(from, seq)
    this.#pass(relay)
    events.emit('offer', offer)
    came(relay)
    return true
  }

  #announcedAgain(relay: Relay, from: Neighbour, seq: number, offer: Offer): boolean {
    const { clock, limits, codes, toldAgain } = this.#options
    if (relay.offer.hash !== offer.hash || relay.offer.submitter !== offer.submitter) return false
    // The same again counts only for who has lost its way.
    if (seq < relay.seq || (seq === relay.seq && relay.source !== undefined)) return true
    const isSame = relay.source === from
    const isEarly = isSame && clock.now() - relay.heardAt < limits.announceMs / 4
    relay.follow(from, seq)
    // Nobody is told more often than a submitter says it.
    if (!isEarly) this.#pass(relay)
    if (!isSame) codes.follow(offer.hash, from)
    toldAgain(relay)
    return true
  }

  /** Tells all others what the way is. */
  #pass({ offer, seq, source }: Relay): void {
    for (const neighbour of this.#options.neighbours()) {
      if (neighbour !== source) neighbour.send({ kind: 'announce', seq, offer })
    }
  }
}
