import { closest, type PeerId } from '@pigeon/xor'

/** Who was not heard of again for this long is forgotten, ms. */
const STALE_MS = 5 * 60_000

/** How many of the closest an isolated peer may offer to though its id is smaller. */
const ISOLATED_CANDIDATES = 3

/** Attempts under way after which an isolated peer offers to anyone. */
const DESPERATE_ATTEMPTS = 2

/**
 * Whom a peer has heard of, and whom it is trying to reach: `PeerDiscovery` of PeerPigeon 1.1.3.
 * An attempt stays marked until the two are linked, or what was made for it is found broken.
 */
export class Discovered {
  readonly #self: PeerId
  readonly #heardAt = new Map<PeerId, number>()
  readonly #attempted = new Set<PeerId>()

  constructor(self: PeerId) {
    this.#self = self
  }

  /** All of them, in the order they were heard of. */
  get ids(): PeerId[] {
    return [...this.#heardAt.keys()]
  }

  get size(): number {
    return this.#heardAt.size
  }

  /** @returns whether it is new; of one that is known nothing changes */
  add(id: PeerId, now: number): boolean {
    if (this.#heardAt.has(id)) return false
    this.#heardAt.set(id, now)
    return true
  }

  /** Keeps a known one for longer. */
  refresh(id: PeerId, now: number): void {
    if (this.#heardAt.has(id)) this.#heardAt.set(id, now)
  }

  remove(id: PeerId): void {
    this.#heardAt.delete(id)
    this.#attempted.delete(id)
  }

  removeStale(now: number): void {
    for (const [id, heardAt] of this.#heardAt) if (now - heardAt > STALE_MS) this.remove(id)
  }

  isAttempted(id: PeerId): boolean {
    return this.#attempted.has(id)
  }

  attempt(id: PeerId): void {
    this.#attempted.add(id)
  }

  attemptEnded(id: PeerId): void {
    this.#attempted.delete(id)
  }

  /**
   * Whether this side is the one to offer: the larger id is; a peer without any link makes
   * exceptions, though the other side will not take its offer.
   */
  mayInitiate(target: PeerId, connected: number): boolean {
    if (this.#attempted.has(target)) return false
    if (this.#self > target) return true
    if (connected > 0 || !this.#heardAt.has(target)) return false
    if (this.#attempted.size >= DESPERATE_ATTEMPTS) return true
    const { ids } = this
    if (ids.some((id) => id < this.#self)) return false
    return closest(this.#self, ids, ISOLATED_CANDIDATES).includes(target)
  }
}
