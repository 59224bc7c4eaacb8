import type { PeerId } from '@pigeon/peer'

/** Waits after failed attempts grow from the first to the second, ms. */
const AGAIN_MIN_MS = 4000
const AGAIN_MAX_MS = 60_000

/** Peers that are known, at most; the one heard of longest ago goes first. */
const MAX_KNOWN = 1000

interface Known {
  failures: number
  /** Not before this, ms. */
  dueAt: number
}

/** Who is there, and when each may be dialled next. */
export class Attempts {
  readonly #known = new Map<PeerId, Known>()

  get peers(): ReadonlySet<PeerId> {
    return new Set(this.#known.keys())
  }

  /** @returns whether it was unknown */
  heardOf(peer: PeerId): boolean {
    const known = this.#known.get(peer)
    this.#known.delete(peer)
    this.#known.set(peer, known ?? { failures: 0, dueAt: 0 })
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MAX_KNOWN) break
      this.#known.delete(oldest)
    }
    return known === undefined
  }

  forget(peer: PeerId): void {
    this.#known.delete(peer)
  }

  linked(peer: PeerId): void {
    const known = this.#known.get(peer)
    if (known !== undefined) known.failures = 0
  }

  /** An attempt came to nothing, or a link ended. @param now ms */
  failed(peer: PeerId, now: number): void {
    const known = this.#known.get(peer)
    if (known === undefined) return
    known.dueAt = now + Math.min(AGAIN_MAX_MS, AGAIN_MIN_MS * 2 ** Math.min(known.failures++, 10))
  }

  count(peer: PeerId): number {
    return this.#known.get(peer)?.failures ?? 0
  }

  /** Those that may be dialled now, who failed least first. @param now ms */
  due(now: number): PeerId[] {
    return [...this.#known]
      .filter(([, { dueAt }]) => dueAt <= now)
      .sort(([, a], [, b]) => a.failures - b.failures)
      .map(([peer]) => peer)
  }
}
