import type { PeerId } from './id.ts'
import { compareDistance } from './metric.ts'
import { compareRingDistance } from './ring.ts'

/**
 * The `k` ids closest to `target` by XOR, nearest first; equal ids count once.
 * @param k at most this many, at least 0
 * @returns O(n log k); `target` itself is included if it is among `ids`
 * @throws RangeError if `k` is not a whole number from 0
 * @example
 * closest(target, ids, 20)
 */
export function closest(target: PeerId, ids: Iterable<PeerId>, k: number): PeerId[] {
  return best(ids, k, (a, b) => compareDistance(target, a, b))
}

/**
 * The `k` ids numerically closest to `target` on the ring, nearest first; equal ids count once.
 * @throws RangeError if `k` is not a whole number from 0
 */
export function closestOnRing(target: PeerId, ids: Iterable<PeerId>, k: number): PeerId[] {
  return best(ids, k, (a, b) => compareRingDistance(target, a, b))
}

/** Keeps the first `k` in `order` by insertion into a short sorted array. */
function best(ids: Iterable<PeerId>, k: number, order: (a: PeerId, b: PeerId) => number): PeerId[] {
  if (!Number.isInteger(k) || k < 0) throw new RangeError(`k is a whole number from 0, got ${k}`)
  const kept: PeerId[] = []
  if (k === 0) return kept
  for (const id of ids) {
    const last = kept[kept.length - 1]
    if (kept.length === k && last !== undefined && order(id, last) >= 0) continue
    let low = 0
    let high = kept.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (order(kept[middle] as PeerId, id) < 0) low = middle + 1
      else high = middle
    }
    if (kept[low] === id) continue
    kept.splice(low, 0, id)
    if (kept.length > k) kept.pop()
  }
  return kept
}
