import { clockwise, compareRingDistance, type PeerId } from '@pigeon/xor'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hexOf } from './hex.ts'
import { closerTo, spot } from './spot.ts'

/** Ids of which many share a long prefix. */
const id = fc
  .tuple(
    fc.constantFrom('0'.repeat(13), 'f'.repeat(13), '8'.repeat(13), ''),
    fc.uint8Array({ minLength: 20, maxLength: 20 }),
  )
  .map(([prefix, rest]) => `${prefix}${hexOf(rest)}`.slice(0, 40) as PeerId)

test('who is closer is exact, also where a double holds too little', () => {
  fc.assert(
    fc.property(id, id, id, (target, a, b) => {
      const [one, other] = [spot(a), spot(b)]
      const order = compareRingDistance(target, a, b)
      // Two at one distance on either side are equally close.
      const isTie = clockwise(a, target) === clockwise(target, b)
      expect(closerTo(target)(one, other)).toBe(order < 0 && !isTie)
    }),
    { numRuns: 2000 },
  )
})
