import type { PeerId } from '@pigeon/xor'

/** A peer of another hub is not told twice within so long, ms: several hubs may speak of it at once. */
const AGAIN_MS = 2500

/** Peers that are remembered; the one told longest ago goes first. */
const MAX_REMEMBERED = 64

/** Which peers of other hubs a connection was told of just now. */
export class Strangers {
  readonly #toldAt = new Map<PeerId, number>()

  /** @param now ms. @returns whether it should be told, which is remembered */
  isDue(id: PeerId, now: number): boolean {
    const at = this.#toldAt.get(id)
    if (at !== undefined && now - at < AGAIN_MS) return false
    this.#toldAt.delete(id)
    this.#toldAt.set(id, now)
    for (const oldest of this.#toldAt.keys()) {
      if (this.#toldAt.size <= MAX_REMEMBERED) break
      this.#toldAt.delete(oldest)
    }
    return true
  }
}
