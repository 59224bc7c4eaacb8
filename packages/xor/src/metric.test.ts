import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  bucketIndex,
  clockwise,
  closerOnRing,
  closest,
  closestOnRing,
  compareDistance,
  compareRingDistance,
  isBetween,
  type PeerId,
  peerIdFromBytes,
  predecessors,
  prefixLength,
  ringDistance,
  successors,
  xorDistance,
} from './index.ts'

const random = fc.uint8Array({ minLength: 20, maxLength: 20 }).map(peerIdFromBytes)
/** Ids that share long prefixes or lie next to each other, where mistakes hide. */
const near = fc
  .tuple(fc.constantFrom('0', '7', '8', 'f'), fc.integer({ min: 0, max: 255 }))
  .map(([fill, low]) => (fill.repeat(38) + low.toString(16).padStart(2, '0')) as PeerId)
const id = fc.oneof(random, near)
const ids = fc.uniqueArray(id, { maxLength: 60 })
const sign = (value: number | bigint) => (value > 0 ? 1 : value < 0 ? -1 : 0)

describe('XOR metric', () => {
  test('is a metric: zero only to itself, symmetric, triangle inequality, one-directional', () => {
    fc.assert(
      fc.property(id, id, id, (a, b, c) => {
        expect(xorDistance(a, b) === 0n).toBe(a === b)
        expect(xorDistance(a, b)).toBe(xorDistance(b, a))
        expect(xorDistance(a, c) <= xorDistance(a, b) + xorDistance(b, c)).toBe(true)
        expect(xorDistance(a, b) ^ xorDistance(b, c)).toBe(xorDistance(a, c))
      }),
    )
  })

  test('comparing without BigInt gives the order of the distances', () => {
    fc.assert(
      fc.property(id, id, id, (target, a, b) => {
        expect(sign(compareDistance(target, a, b))).toBe(
          sign(xorDistance(target, a) - xorDistance(target, b)),
        )
      }),
    )
  })

  test('the prefix ends at the highest bit of the distance, and the bucket is that bit', () => {
    fc.assert(
      fc.property(id, id, (a, b) => {
        const bits = a === b ? 0 : xorDistance(a, b).toString(2).length
        expect(prefixLength(a, b)).toBe(160 - bits)
        expect(bucketIndex(a, b)).toBe(bits - 1)
      }),
    )
  })
})

describe('ring', () => {
  test('clockwise there and back is one turn', () => {
    fc.assert(
      fc.property(id, id, (a, b) => {
        expect(clockwise(a, b) + clockwise(b, a)).toBe(a === b ? 0n : 1n << 160n)
        expect(ringDistance(a, b)).toBe(ringDistance(b, a))
        expect(ringDistance(a, b) <= 1n << 159n).toBe(true)
      }),
    )
  })

  test('comparing is a strict total order with one winner on ties', () => {
    const middle = '8'.padEnd(40, '0') as PeerId
    const below = '7'.padEnd(40, '0') as PeerId
    const above = '9'.padEnd(40, '0') as PeerId
    expect(compareRingDistance(middle, above, below)).toBe(-1)
    fc.assert(
      fc.property(id, id, id, (target, a, b) => {
        expect(compareRingDistance(target, a, b)).toBe(-compareRingDistance(target, b, a) + 0)
        expect(compareRingDistance(target, a, b) === 0).toBe(a === b)
        expect(closerOnRing(target)(a, b)).toBe(ringDistance(target, a) < ringDistance(target, b))
      }),
    )
  })

  test('between agrees with clockwise steps', () => {
    fc.assert(
      fc.property(id, id, id, (from, one, to) => {
        const turn = from === to ? 1n << 160n : clockwise(from, to)
        const steps = clockwise(from, one)
        expect(isBetween(from, one, to)).toBe(steps > 0n && steps < turn)
      }),
    )
  })

  test('successors and predecessors are the nearest either way', () => {
    fc.assert(
      fc.property(id, ids, fc.integer({ min: 0, max: 8 }), (self, all, count) => {
        const others = all.filter((one) => one !== self)
        const up = [...others].sort((a, b) => sign(clockwise(self, a) - clockwise(self, b)))
        expect(successors(self, all, count)).toEqual(up.slice(0, count))
        expect(predecessors(self, all, count)).toEqual(up.reverse().slice(0, count))
      }),
    )
  })
})

describe('closest', () => {
  test('is the head of the sorted list, by XOR and by ring', () => {
    fc.assert(
      fc.property(id, ids, fc.integer({ min: 0, max: 25 }), (target, all, k) => {
        const byXor = [...all].sort((a, b) => compareDistance(target, a, b))
        expect(closest(target, all, k)).toEqual(byXor.slice(0, k))
        expect(closest(target, [...all, ...all], k)).toEqual(byXor.slice(0, k))
        const byRing = [...all].sort((a, b) => compareRingDistance(target, a, b))
        expect(closestOnRing(target, all, k)).toEqual(byRing.slice(0, k))
      }),
    )
  })

  test('k is a whole number from 0', () => {
    for (const k of [-1, 1.5, Number.NaN]) {
      expect(() => closest('0'.repeat(40) as PeerId, [], k)).toThrow(RangeError)
    }
  })
})
