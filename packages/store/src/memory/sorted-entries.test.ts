import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SortedEntries } from './sorted-entries.ts'

const key = (number: number): Uint8Array => Uint8Array.of(number >> 16, number >> 8, number)
const all = (entries: SortedEntries, reverse = false): number[] =>
  entries
    .page({ gte: key(0), lt: undefined, reverse }, Number.POSITIVE_INFINITY, 1e9)
    .entries.map(({ key: [a = 0, b = 0, c = 0] }) => (a << 16) + (b << 8) + c)

test('thousands of entries, put and deleted in any order, stay in order', () => {
  const step = fc.record({ number: fc.nat(3000), isPut: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { minLength: 4000, maxLength: 6000, size: 'max' }), (steps) => {
      const entries = new SortedEntries()
      const model = new Set<number>()
      for (const { number, isPut } of steps) {
        entries.set(key(number), isPut ? Uint8Array.of(number) : undefined)
        if (isPut) model.add(number)
        else model.delete(number)
      }
      const sorted = [...model].sort((a, b) => a - b)
      expect(all(entries)).toEqual(sorted)
      expect(all(entries, true)).toEqual(sorted.reverse())
      for (let number = 0; number < 3000; number += 7) {
        expect(entries.get(key(number)) !== undefined).toBe(model.has(number))
      }
    }),
    { numRuns: 10 },
  )
})

test('emptied it is as new', () => {
  const entries = new SortedEntries()
  for (let number = 0; number < 2000; number++) entries.set(key(number), key(number))
  for (let number = 0; number < 2000; number++) entries.set(key(number), undefined)
  entries.set(key(1), undefined)
  expect(all(entries)).toEqual([])
  expect(all(entries, true)).toEqual([])
  entries.set(key(5), key(5))
  expect(all(entries)).toEqual([5])
})
