import type { Clock } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { forgetOldest } from './oldest.ts'

/** Peers remembered. */
const LIMIT = 1000

/** Peers that are left alone for a while; beyond 1,000 the oldest wait is forgotten. */
export class NotBefore {
  readonly #clock: Clock
  /** By the clock, ms; the wait set last is last. */
  readonly #times = new Map<PeerId, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Whether the time of a peer has come. */
  isDue(peer: PeerId): boolean {
    return (this.#times.get(peer) ?? 0) <= this.#clock.now()
  }

  /** Leaves a peer alone for `ms` from now on. */
  wait(peer: PeerId, ms: number): void {
    this.#times.delete(peer)
    this.#times.set(peer, this.#clock.now() + ms)
    forgetOldest(this.#times, LIMIT)
  }

  delete(peer: PeerId): void {
    this.#times.delete(peer)
  }

  clear(): void {
    this.#times.clear()
  }
}
