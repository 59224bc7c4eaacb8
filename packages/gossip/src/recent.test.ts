import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Queue } from './queue.ts'
import { Recent } from './recent.ts'

describe('Recent', () => {
  test('never holds more than its limit, and always what was used last', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.array(fc.nat(20), { maxLength: 200 }),
        (limit, keys) => {
          const recent = new Recent<number, number>(limit)
          const used: number[] = []
          for (const key of keys) {
            if (recent.get(key) === undefined) recent.set(key, key)
            used.push(key)
            expect(recent.size).toBeLessThanOrEqual(Math.max(limit, 2))
          }
          const last = [...new Set(used.reverse())].slice(0, Math.floor(limit / 2))
          for (const key of last) expect(recent.get(key)).toBe(key)
        },
      ),
    )
  })
})

describe('Queue', () => {
  test('gives things back in the order they came', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 600 }), (steps) => {
        const queue = new Queue<number>()
        const model: number[] = []
        for (const [index, isPush] of steps.entries()) {
          if (isPush) {
            queue.push(index)
            model.push(index)
          } else if (model.length > 0) {
            queue.shift()
            model.shift()
          }
          expect(queue.first).toBe(model[0])
          expect(queue.length).toBe(model.length)
        }
        expect([...queue]).toEqual(model)
      }),
    )
  })
})
