import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  ClosestIndex,
  closest,
  type PeerId,
  peerIdFromBytes,
  predecessors,
  successors,
} from './index.ts'

const random = fc.uint8Array({ minLength: 20, maxLength: 20 }).map(peerIdFromBytes)
const near = fc
  .tuple(fc.constantFrom('0', '7', '8', 'f'), fc.integer({ min: 0, max: 4095 }))
  .map(([fill, low]) => (fill.repeat(37) + low.toString(16).padStart(3, '0')) as PeerId)
const id = fc.oneof(random, near)

describe('ClosestIndex', () => {
  test('answers as the plain functions do, whatever was added and deleted', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(id, fc.boolean()), { maxLength: 120 }),
        fc.array(id, { maxLength: 20 }),
        fc.array(fc.tuple(id, fc.integer({ min: 0, max: 30 })), { minLength: 1, maxLength: 5 }),
        (changes, first, queries) => {
          const index = new ClosestIndex(first)
          const model = new Set(first)
          for (const [one, adds] of changes) {
            if (adds) expect(index.add(one)).toBe(!model.has(one))
            else expect(index.delete(one)).toBe(model.has(one))
            if (adds) model.add(one)
            else model.delete(one)
          }
          expect(index.size).toBe(model.size)
          expect([...index.values()]).toEqual([...model].sort())
          expect([index.at(0), index.at(model.size)]).toEqual([[...model].sort()[0], undefined])
          const members = [...model].slice(0, 3).map((one) => [one, 7] as const)
          for (const [target, k] of [...queries, ...members]) {
            expect(index.has(target)).toBe(model.has(target))
            expect(index.closest(target, k)).toEqual(closest(target, model, k))
            expect(index.successors(target, k)).toEqual(successors(target, model, k))
            expect(index.predecessors(target, k)).toEqual(predecessors(target, model, k))
          }
        },
      ),
    )
  })

  test('ids that share a long prefix are found as fast as others', () => {
    const ids = Array.from(
      { length: 20_000 },
      (_, number) => ('a'.repeat(35) + number.toString(16).padStart(5, '0')) as PeerId,
    )
    const index = new ClosestIndex(ids)
    const target = `${'a'.repeat(35)}01234` as PeerId
    expect(index.closest(target, 20)).toEqual(closest(target, ids, 20))
    expect(index.closest(`b${target.slice(1)}` as PeerId, 20)).toEqual(
      closest(`b${target.slice(1)}` as PeerId, ids, 20),
    )
  })

  test('k is a whole number from 0', () => {
    expect(() => new ClosestIndex().closest('0'.repeat(40) as PeerId, -1)).toThrow(RangeError)
    expect(new ClosestIndex().closest('0'.repeat(40) as PeerId, 5)).toEqual([])
  })
})
