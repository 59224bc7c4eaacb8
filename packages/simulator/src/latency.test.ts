import type { PeerId } from '@pigeon/xor'
import { describe, expect, test } from 'vitest'
import { type Latency, latencyBetween } from './latency.ts'
import { hashText } from './random-stream.ts'

const place = (index: number) => {
  const id = index.toString(16).padStart(40, '0') as PeerId
  return { id, hash: hashText(9, id) }
}

describe.each(['uniform', 'plane'] as const)('%s', (model) => {
  const latency = latencyBetween({ model, minMs: 10, maxMs: 100 })
  const pairs = Array.from(
    { length: 2000 },
    (_, index) => [place(index), place(index + 7)] as const,
  )

  test('stays within its bounds, is the same in both directions, and spreads', () => {
    const values = pairs.map(([a, b]) => {
      expect(latency(a, b)).toBe(latency(b, a))
      return latency(a, b)
    })
    expect(Math.min(...values)).toBeGreaterThanOrEqual(10)
    expect(Math.max(...values)).toBeLessThanOrEqual(100)
    expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(60)
  })
})

test('places on a plane obey the triangle inequality', () => {
  const latency = latencyBetween({ model: 'plane', minMs: 0, maxMs: 100 })
  for (let index = 0; index < 500; index++) {
    const [a, b, c] = [place(index), place(index + 500), place(index + 1000)] as const
    expect(latency(a, c)).toBeLessThanOrEqual(latency(a, b) + latency(b, c) + 1e-9)
  }
})

test('a constant, a function, and nonsense', () => {
  expect(latencyBetween(7)(place(1), place(2))).toBe(7)
  expect(latencyBetween((a, b) => Number(a) + Number(b))(place(1), place(2))).toBe(3)
  expect(() => latencyBetween(-1)).toThrow('latency is a number from 0, got -1')
  expect(() => latencyBetween({ model: 'uniform', minMs: 5, maxMs: 1 })).toThrow('got 5 and 1')
  expect(() => latencyBetween({ model: 'x', minMs: 0, maxMs: 1 } as unknown as Latency)).toThrow(
    'latency.model is uniform or plane, got x',
  )
})
