import type { Clock } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Need } from './neighbour-frames.ts'

/** A peer that needs a link for its ring gets this long to find another, ms. */
const GRACE_MS = 10_000

/** Links that a peer must keep if one it needs is taken from it. */
const MIN_LEFT = 2

/** A peer that needs the link as the nearest it can have is not asked again for this long, ms. */
const KEEP_MS = 60_000

/** Whether a link that will end is still needed is asked this often, ms. */
const AGAIN_MS = 2000

/** A question without an answer is repeated after this, ms. */
const REPEAT_MS = 5000

/** What {@link Overflow} goes by. */
export interface OverflowOptions {
  readonly clock: Clock
  /** How many links there are too many. */
  readonly excess: () => number
  /** Links to do without, least wanted first. */
  readonly leastWanted: () => readonly PeerId[]
  /** Asks the other side whether it needs the link. */
  readonly ask: (peer: PeerId) => void
  /** Lets go of a link. */
  readonly drop: (peer: PeerId) => void
}

/** Gives up links beyond the limit one at a time, and none that the other side cannot do without. */
export class Overflow {
  readonly #options: OverflowOptions
  /** Links not to be asked about before. */
  readonly #notBefore = new Map<PeerId, number>()
  /** Links that end then, if there are still too many. */
  readonly #ending = new Map<PeerId, number>()

  constructor(options: OverflowOptions) {
    this.#options = options
  }

  /** To be called every second. */
  tick(): void {
    const { clock, excess, leastWanted, ask, drop } = this.#options
    if (excess() <= 0) {
      this.#ending.clear()
      return
    }
    const now = clock.now()
    const wanted = leastWanted()
    for (const peer of wanted) {
      if (excess() <= 0) return
      if ((this.#ending.get(peer) ?? Number.POSITIVE_INFINITY) <= now) drop(peer)
    }
    const isDue = (peer: PeerId) => (this.#notBefore.get(peer) ?? 0) <= now
    // What will end anyway makes room; whether it is still needed may have changed.
    const enough = wanted.filter((peer) => this.#ending.has(peer)).length >= excess()
    const next = wanted.find((peer) => isDue(peer) && (!enough || this.#ending.has(peer)))
    if (next === undefined) return
    this.#notBefore.set(next, now + REPEAT_MS)
    ask(next)
  }

  /** The other side said whether it needs the link, and how many it has. */
  answered(peer: PeerId, need: Need, links: number): void {
    const { clock, excess, leastWanted, drop } = this.#options
    if (!this.#notBefore.has(peer) || excess() <= 0 || !leastWanted().includes(peer)) return
    const now = clock.now()
    if (need === 'none') {
      drop(peer)
    } else if (need === 'skip' || links <= MIN_LEFT) {
      this.#notBefore.set(peer, now + KEEP_MS)
    } else {
      this.#notBefore.set(peer, now + AGAIN_MS)
      if (!this.#ending.has(peer)) this.#ending.set(peer, now + GRACE_MS)
    }
  }

  /** The link is gone. */
  forget(peer: PeerId): void {
    this.#notBefore.delete(peer)
    this.#ending.delete(peer)
  }
}
