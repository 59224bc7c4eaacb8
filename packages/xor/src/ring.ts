import { ID_BITS, nibble, type PeerId } from './id.ts'

const RING = 1n << BigInt(ID_BITS)

const value = (id: PeerId): bigint => BigInt(`0x${id}`)

/** Steps from `from` up to `to`, wrapping at 2^160: 0n for equal ids, at most 2^160 - 1. */
export function clockwise(from: PeerId, to: PeerId): bigint {
  const steps = value(to) - value(from)
  return steps < 0n ? steps + RING : steps
}

/** Steps between two ids the shorter way round the ring: 0n to 2^159. */
export function ringDistance(a: PeerId, b: PeerId): bigint {
  const up = clockwise(a, b)
  const down = RING - up
  return up < down ? up : down
}

/**
 * Orders `a` and `b` by ring distance to `target`, numerically closest first. Of two ids equally
 * far on either side the one clockwise of `target` comes first, so there is always one winner.
 */
export function compareRingDistance(target: PeerId, a: PeerId, b: PeerId): number {
  if (a === b) return 0
  const distanceA = ringDistance(target, a)
  const distanceB = ringDistance(target, b)
  if (distanceA !== distanceB) return distanceA < distanceB ? -1 : 1
  return clockwise(target, a) < clockwise(target, b) ? -1 : 1
}

/** Hex characters that a double holds exactly. */
const PREFIX = 13

/** The ring in steps of the {@link PREFIX}. */
const PREFIX_RING = 2 ** (4 * PREFIX)

/** The first {@link PREFIX} characters as a number. */
function prefix(id: PeerId): number {
  let value = 0
  for (let index = 0; index < PREFIX; index++) value = value * 16 + nibble(id.charCodeAt(index))
  return value
}

/**
 * Tells of two ids whether the first is strictly closer to `target` on the ring, exactly. Made for
 * many comparisons: whole ids are only read where their first 52 bits do not decide.
 */
export function closerOnRing(target: PeerId): (a: PeerId, b: PeerId) => boolean {
  const center = prefix(target)
  const distance = (id: PeerId): number => {
    const steps = Math.abs(prefix(id) - center)
    return Math.min(steps, PREFIX_RING - steps)
  }
  return (a, b) => {
    if (a === b) return false
    const difference = distance(a) - distance(b)
    // What was cut off makes each distance up to one step wrong.
    if (difference > 2 || difference < -2) return difference < 0
    return ringDistance(target, a) < ringDistance(target, b)
  }
}

/**
 * Whether `id` lies strictly between `from` and `to`, going clockwise. With `from` equal to `to`
 * that is the whole ring without that one id.
 * @see Stoica et al. 2001 (Chord), §4
 */
export function isBetween(from: PeerId, id: PeerId, to: PeerId): boolean {
  // Lower-case hex of equal length sorts as the numbers do.
  if (from < to) return from < id && id < to
  return id !== from && id !== to && (id > from || id < to)
}

/** The next `count` ids of `ids` clockwise from `self`, nearest first, without `self`. O(n log n). */
export function successors(self: PeerId, ids: Iterable<PeerId>, count: number): PeerId[] {
  return around(self, ids, count, (a, b) => (a < b ? -1 : 1))
}

/** The next `count` ids of `ids` counter-clockwise from `self`, nearest first, without `self`. */
export function predecessors(self: PeerId, ids: Iterable<PeerId>, count: number): PeerId[] {
  return around(self, ids, count, (a, b) => (a > b ? -1 : 1))
}

function around(
  self: PeerId,
  ids: Iterable<PeerId>,
  count: number,
  order: (a: PeerId, b: PeerId) => number,
): PeerId[] {
  const sorted = [...new Set(ids)].filter((id) => id !== self).sort(order)
  const start = sorted.findIndex((id) => order(self, id) < 0)
  const turn = start < 0 ? sorted : [...sorted.slice(start), ...sorted.slice(0, start)]
  return turn.slice(0, Math.max(0, count))
}
