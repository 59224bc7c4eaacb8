import type { Neighbour } from './neighbour.ts'

/** Clocks may differ this much before a peer goes by those of its neighbours, ms. */
const TOLERANCE_MS = 10_000

/**
 * How far a clock is behind the one that it and its neighbours agree on, ms: the median of all of
 * them, or none if that is near. Of two in the middle the later one counts, since a clock that lost
 * its battery is behind.
 */
export function clockErrorMs(links: readonly Neighbour[]): number {
  const ahead = links.flatMap(({ clockAheadMs }) => clockAheadMs ?? [])
  const all = [0, ...ahead].sort((a, b) => a - b)
  const median = all[all.length >> 1] ?? 0
  return Math.abs(median) < TOLERANCE_MS ? 0 : median
}
