import type { Clock } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'

/** Remembers which way a request of each origin went, so that the next one takes the same. */
export class RouteCache {
  readonly #clock: Clock
  readonly #size: number
  readonly #maxAgeMs: number
  /** Oldest first. */
  #ways: Map<PeerId, { readonly slot: number; readonly at: number }> | undefined

  constructor(clock: Clock, size: number, maxAgeMs: number) {
    this.#clock = clock
    this.#size = size
    this.#maxAgeMs = maxAgeMs
  }

  get size(): number {
    return this.#ways?.size ?? 0
  }

  /** The slot that the last request went to; `undefined` if that is too long ago. */
  get(origin: PeerId): number | undefined {
    const way = this.#ways?.get(origin)
    if (way === undefined || this.#clock.now() - way.at > this.#maxAgeMs) return undefined
    return way.slot
  }

  set(origin: PeerId, slot: number): void {
    this.#ways ??= new Map()
    this.#ways.delete(origin)
    this.#ways.set(origin, { slot, at: this.#clock.now() })
    if (this.#ways.size <= this.#size) return
    const [oldest] = this.#ways.keys()
    this.#ways.delete(oldest as PeerId)
  }
}
