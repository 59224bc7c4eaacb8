import type { Clock, Transport } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { type Copy, encodeData } from './data-frame.ts'
import type { Entry } from './entry.ts'
import { Neighbour } from './neighbour.ts'
import type { Limits } from './options.ts'

/** For this long after something broke, more is told to more links, ms. */
export const DAMAGE_MS = 30_000

/**
 * The neighbours, and what waits for those that are congested. For such a link nothing but control
 * frames, messages of high priority and those it asked for is kept back; of the rest it is told
 * when it takes frames again.
 */
export class Links {
  /** All neighbours, oldest first. Replaced, never changed. */
  list: readonly Neighbour[] = []
  /** When a link last broke, or a message had to be pulled. */
  damagedAt: number = Number.NEGATIVE_INFINITY
  /** Frames and messages given up because a neighbour did not keep up. */
  dropped = 0
  readonly #transport: Transport
  readonly #clock: Clock
  readonly #limits: Limits
  readonly #byId = new Map<PeerId, Neighbour>()

  constructor(transport: Transport, clock: Clock, limits: Limits) {
    this.#transport = transport
    this.#clock = clock
    this.#limits = limits
  }

  get(peer: PeerId): Neighbour | undefined {
    return this.#byId.get(peer)
  }

  add(peer: PeerId): Neighbour {
    const link = new Neighbour(peer, this.#limits, this.#clock.now())
    this.#byId.set(peer, link)
    this.list = [...this.#byId.values()]
    return link
  }

  remove(peer: PeerId): void {
    this.#byId.delete(peer)
    this.list = [...this.#byId.values()]
  }

  /** Whether it is still a neighbour. */
  has(link: Neighbour): boolean {
    return this.#byId.get(link.id) === link
  }

  /** Whether something broke lately. */
  get damaged(): boolean {
    return this.#clock.now() - this.damagedAt < DAMAGE_MS
  }

  damage(): void {
    this.damagedAt = this.#clock.now()
  }

  /** The slowest link's delay, ms; 100 if none was measured. */
  get slowestMs(): number {
    let slowest = 0
    for (const { rttMs = 0 } of this.list) slowest = Math.max(slowest, rttMs / 2)
    return slowest || 100
  }

  /** Sends a small frame, or keeps it until it can be sent. */
  send(link: Neighbour, frame: Uint8Array): void {
    if (this.#deliver(link, frame)) return
    if (link.control.length < this.#limits.backlogLimit) link.control.push(frame)
    else this.dropped++
  }

  /** @param frame what `encodeData` makes of the rest, if it is known already */
  push(link: Neighbour, entry: Entry, copy: Copy, frame?: Uint8Array): void {
    const { body } = entry
    if (body === undefined) return
    if (this.#deliver(link, frame ?? encodeData(entry, body, copy))) return
    if (!copy.pulled && entry.priority !== 'high') this.announce(link, entry)
    else if (link.copies.length < this.#limits.backlogLimit) link.copies.push({ entry, copy })
    else this.dropped++
  }

  /** Adds to what a link is to be told; the oldest is forgotten if that is too much. */
  announce(link: Neighbour, entry: Entry): void {
    if (link.news.push(entry) <= this.#limits.backlogLimit) return
    link.news.shift()
    this.dropped++
  }

  /** Goes on where congestion stopped it. */
  drain(link: Neighbour): void {
    link.congested = false
    const { control, copies } = link
    link.control = []
    link.copies = []
    for (const frame of control) this.send(link, frame)
    copies.sort((a, b) => urgency(b.entry) - urgency(a.entry))
    for (const { entry, copy } of copies) this.push(link, entry, copy)
    link.news.sort((a, b) => urgency(b) - urgency(a))
  }

  #deliver(link: Neighbour, frame: Uint8Array): boolean {
    if (link.congested) return false
    link.congested = this.#transport.send(link.id, frame) === 'congested'
    return !link.congested
  }
}

function urgency({ priority }: Entry): number {
  return priority === 'high' ? 1 : priority === 'low' ? -1 : 0
}
