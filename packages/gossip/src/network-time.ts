import type { Clock } from '@pigeon/transport'
import type { Links } from './links.ts'

/** Clocks may differ this much before a peer goes by those of its neighbours, ms. */
const TOLERANCE_MS = 10_000

/**
 * The time that this peer and its neighbours agree on: its own clock, unless that is far from the
 * median of theirs and its own. Of two in the middle the later one counts, since a clock that lost
 * its battery is behind.
 */
export class NetworkTime {
  readonly #clock: Clock
  #aheadMs = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  now(): number {
    return this.#clock.now() + this.#aheadMs
  }

  /** Looks again at what the neighbours' clocks say. */
  refresh(links: Links): void {
    const known = links.list.map(({ clockAheadMs }) => clockAheadMs)
    const all = [0, ...known.filter((ms) => ms !== undefined)].sort((a, b) => a - b)
    const median = all[all.length >> 1] ?? 0
    this.#aheadMs = Math.abs(median) < TOLERANCE_MS ? 0 : median
  }
}
