import { type PeerId, ringDistance } from '@pigeon/xor'

/** An id and its place on the ring, as far as a double holds it: most comparisons need no more. */
export interface Spot {
  readonly id: PeerId
  readonly at: number
}

/** Hex characters that a double holds exactly. */
const DIGITS = 13

const RING = 2 ** (4 * DIGITS)

/** The spot of an id. */
export function spot(id: PeerId): Spot {
  return { id, at: Number.parseInt(id.slice(0, DIGITS), 16) }
}

/** Whether the first is strictly closer than the second. */
export type IsCloser = (a: Spot, b: Spot) => boolean

/** Steps up from one rough place to another. */
export function upward(from: number, to: number): number {
  return to >= from ? to - from : to - from + RING
}

/** Compares spots by how close they are to `target`, exactly. */
export function closerTo(target: PeerId): IsCloser {
  const center = spot(target).at
  const rough = ({ at }: Spot) => Math.min(upward(at, center), upward(center, at))
  return (a, b) => {
    const difference = rough(a) - rough(b)
    // What was cut off makes each distance up to one step wrong.
    if (difference > 2 || difference < -2) return difference < 0
    return ringDistance(target, a.id) < ringDistance(target, b.id)
  }
}

/** Steps between two ids the shorter way round, as far as a double holds them. */
export function roughDistance(a: PeerId, b: PeerId): number {
  const [from, to] = [spot(a).at, spot(b).at]
  return Math.min(upward(from, to), upward(to, from))
}
