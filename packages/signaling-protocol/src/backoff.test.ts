import { seededRandom } from '@pigeon/transport/testing'
import { expect, test } from 'vitest'
import { Backoff } from './backoff.ts'

test('waits lie anywhere below an end that doubles up to its cap', () => {
  const backoff = new Backoff(500, 30_000, seededRandom(3))
  for (const top of [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
    const waits = Array.from({ length: 400 }, () => backoff.next())
    expect(Math.max(...waits)).toBeLessThan(top)
    expect(Math.max(...waits)).toBeGreaterThan(top * 0.95)
    expect(Math.min(...waits)).toBeLessThan(top * 0.05)
    backoff.grow()
  }
  for (let round = 0; round < 5000; round++) backoff.grow()
  expect(backoff.next()).toBeLessThan(30_000)
  backoff.reset()
  expect(backoff.next()).toBeLessThan(500)
})
