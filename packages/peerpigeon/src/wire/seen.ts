/** How long an id is remembered, as PeerPigeon does, ms. */
const REMEMBERED_MS = 5 * 60_000

/** Ids that are remembered, at most; the oldest go first. */
const MAX_REMEMBERED = 20_000

/** Ids of messages that were here. */
export class Seen {
  readonly #at = new Map<string, number>()

  get size(): number {
    return this.#at.size
  }

  /** @param now ms. @returns whether it is new */
  add(id: string, now: number): boolean {
    for (const [oldest, at] of this.#at) {
      if (this.#at.size < MAX_REMEMBERED && now - at < REMEMBERED_MS) break
      this.#at.delete(oldest)
    }
    if (this.#at.has(id)) return false
    this.#at.set(id, now)
    return true
  }
}
