import type { PeerId } from '@pigeon/xor'
import type { Core } from './core.ts'
import { Copy, encodeData } from './data-frame.ts'
import type { Entry } from './entry.ts'
import { Neighbour } from './neighbour.ts'

/** For this long after something broke, more is told to more links, ms. */
export const DAMAGE_MS = 30_000

/** What the slowest link counts as while none was measured, ms. */
const UNKNOWN_SLOWEST_MS = 100

/**
 * The neighbours, and what waits for those that are congested. For such a link nothing but control
 * frames, messages of high priority and those it asked for is kept back; of the rest it is told
 * when it takes frames again.
 */
export class Links {
  /** All neighbours, oldest first. Replaced, never changed. */
  list: readonly Neighbour[] = []
  /** Frames and messages given up because a neighbour did not keep up. */
  dropped = 0
  readonly #core: Core
  readonly #byId = new Map<PeerId, Neighbour>()
  #damagedAt: number = Number.NEGATIVE_INFINITY

  constructor(core: Core) {
    this.#core = core
  }

  get(peer: PeerId): Neighbour | undefined {
    return this.#byId.get(peer)
  }

  add(peer: PeerId): Neighbour {
    const link = new Neighbour(peer, this.#core.limits, this.#core.now())
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

  /** A link broke, or a message had to be pulled. */
  damage(): void {
    this.#damagedAt = this.#core.now()
  }

  /** Whether something broke lately. */
  get damaged(): boolean {
    return this.#core.now() - this.#damagedAt < DAMAGE_MS
  }

  /** How long a frame takes over the slowest link, ms. */
  get slowestMs(): number {
    const delays = this.list.map(({ delayMs = 0 }) => delayMs)
    return Math.max(...delays) || UNKNOWN_SLOWEST_MS
  }

  /** Sends a small frame, or keeps it until it can be sent. */
  send(link: Neighbour, frame: Uint8Array): void {
    if (!this.#deliver(link, frame)) this.#keep(link.control, frame)
  }

  /**
   * Sends a whole message.
   * @param flags bits of `Copy`
   * @param frame what it is encoded to, if that is known
   */
  push(link: Neighbour, entry: Entry, flags: number, frame?: Uint8Array): void {
    const { body, urgency } = entry
    if (body === undefined) return
    if (this.#deliver(link, frame ?? encodeData(entry, body, flags, 0))) return
    if (urgency > 0 || flags & Copy.pulled) this.#keep(link.copies, { entry, flags })
    else this.announce(link, entry)
  }

  /** Adds to what a link is to be told. */
  announce(link: Neighbour, entry: Entry): void {
    this.#keep(link.news, entry)
  }

  /** Goes on where congestion stopped it. */
  drain(link: Neighbour): void {
    link.congested = false
    const { control, copies } = link
    link.control = []
    link.copies = []
    for (const frame of control) this.send(link, frame)
    copies.sort((a, b) => b.entry.urgency - a.entry.urgency)
    for (const { entry, flags } of copies) this.push(link, entry, flags)
    link.news.sort((a, b) => b.urgency - a.urgency)
  }

  #keep<T>(waiting: T[], item: T): void {
    if (waiting.length < this.#core.limits.backlogLimit) waiting.push(item)
    else this.dropped++
  }

  #deliver(link: Neighbour, frame: Uint8Array): boolean {
    if (link.congested) return false
    link.congested = this.#core.options.transport.send(link.id, frame) === 'congested'
    return !link.congested
  }
}
