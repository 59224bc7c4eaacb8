import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  bucketIndex,
  compareDistance,
  nextOnEitherSide,
  type PeerId,
  peerIdFromBytes,
  predecessors,
  RoutingTable,
  successors,
} from './index.ts'

const random = fc.uint8Array({ minLength: 20, maxLength: 20 }).map(peerIdFromBytes)
const near = fc
  .integer({ min: 0, max: 255 })
  .map((low) => ('7'.repeat(38) + low.toString(16).padStart(2, '0')) as PeerId)
const id = fc.oneof(random, near)
const ids = fc.uniqueArray(id, { maxLength: 40 })

/** The policy by its words, one choice at a time over everything. */
function bruteForce(self: PeerId, linked: PeerId[], known: PeerId[], capacity: number): PeerId[] {
  const chosen: PeerId[] = []
  const free = () => known.filter((one) => !linked.includes(one) && !chosen.includes(one))
  const everyone = [...linked, ...free()]
  const ring = [...successors(self, everyone, 1), ...predecessors(self, everyone, 1)]
  for (const one of ring) if (!linked.includes(one) && !chosen.includes(one)) chosen.push(one)
  while (linked.length + chosen.length < capacity && free().length > 0) {
    const count = (one: PeerId) =>
      [...linked, ...chosen].filter((other) => bucketIndex(self, other) === bucketIndex(self, one))
        .length
    const [best] = free().sort(
      (a, b) =>
        count(a) - count(b) ||
        bucketIndex(self, b) - bucketIndex(self, a) ||
        compareDistance(self, a, b),
    )
    chosen.push(best as PeerId)
  }
  return chosen
}

describe('RoutingTable', () => {
  test('M5 names the ring first, then fills the emptiest, farthest buckets, as brute force does', () => {
    fc.assert(
      fc.property(id, ids, fc.nat(10), fc.nat(12), (self, all, links, capacity) => {
        const others = all.filter((one) => one !== self)
        const linked = others.slice(0, links)
        const table = new RoutingTable(self)
        for (const one of others) table.add(one)
        const wanted = table.wanted(new Set(linked), capacity, () => true)
        expect(wanted).toEqual(bruteForce(self, linked, others, capacity))
      }),
    )
  })

  test('M6 ends the farthest of the fullest bucket, never the ring, never what is kept', () => {
    fc.assert(
      fc.property(id, ids, fc.nat(12), fc.func(fc.boolean()), (self, all, capacity, keep) => {
        const linked = new Set(all.filter((one) => one !== self))
        const ended = new RoutingTable(self).excess(linked, capacity, keep)
        const ring = nextOnEitherSide(self, linked)
        const left = new Set(linked)
        for (const one of ended) {
          expect(ring).not.toContain(one)
          expect(keep(one)).toBe(false)
          const count = (other: PeerId) =>
            [...left].filter((peer) => bucketIndex(self, peer) === bucketIndex(self, other)).length
          const rivals = [...left].filter((other) => !ring.includes(other) && !keep(other))
          const fullest = Math.max(...rivals.map(count))
          expect(count(one)).toBe(fullest)
          for (const other of rivals) {
            if (bucketIndex(self, other) === bucketIndex(self, one)) {
              expect(compareDistance(self, one, other)).toBeGreaterThanOrEqual(0)
            }
          }
          left.delete(one)
        }
        const movable = [...left].filter((other) => !ring.includes(other) && !keep(other))
        expect(left.size <= capacity || movable.length === 0).toBe(true)
      }),
    )
  })

  test('knows its neighbours on the ring, and who is next agrees with the plain functions', () => {
    fc.assert(
      fc.property(id, ids, (self, all) => {
        const table = new RoutingTable(self)
        for (const one of all) table.add(one)
        expect(table.has(self)).toBe(false)
        expect(table.ring(3)).toEqual({
          successors: successors(self, all, 3),
          predecessors: predecessors(self, all, 3),
        })
        const both = [...successors(self, all, 1), ...predecessors(self, all, 1)]
        expect(nextOnEitherSide(self, all)).toEqual([...new Set(both)])
      }),
    )
  })

  test('only eligible ids are named, and forgotten ones are not', () => {
    const table = new RoutingTable('0'.repeat(40) as PeerId)
    const [one, two] = ['1'.repeat(40) as PeerId, '2'.repeat(40) as PeerId]
    table.add(one)
    table.add(two)
    expect(table.wanted(new Set(), 8, (other) => other === two)).toEqual([two])
    expect([table.delete(two), table.delete(two), table.size]).toEqual([true, false, 1])
    expect(table.wanted(new Set(), 8, () => true)).toEqual([one])
  })
})
