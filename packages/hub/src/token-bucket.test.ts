import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TokenBucket } from './token-bucket.ts'

test('S4 never more passes than the burst and what the rate allows in the time', () => {
  const step = fc.record({ waitMs: fc.nat(500), tokens: fc.integer({ min: 1, max: 30 }) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const bucket = new TokenBucket(50, 200, 0)
      let [now, passed] = [0, 0]
      for (const { waitMs, tokens } of steps) {
        now += waitMs
        if (bucket.take(tokens, now) === 'ok') passed += tokens
        expect(passed).toBeLessThanOrEqual(200 + (now / 1000) * 50 + 1e-6)
      }
    }),
  )
})

test('S4 who keeps to the rate is never refused', () => {
  const bucket = new TokenBucket(50, 1, 0)
  for (let now = 0; now < 10_000; now += 20) expect(bucket.take(1, now)).toBe('ok')
})

test('S4 what is refused counts, until it is called a flood; waiting pays the debt', () => {
  const bucket = new TokenBucket(10, 5, 0)
  const answers = Array.from({ length: 11 }, () => bucket.take(1, 0))
  expect(answers).toEqual([...Array(5).fill('ok'), ...Array(5).fill('over'), 'far-over'])
  expect(bucket.take(1, 700)).toBe('ok')
})
