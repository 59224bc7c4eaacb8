import { expect, test } from 'vitest'
import { reachedAt } from './reached.ts'

test('all are reached with the last link that joins two parts', () => {
  const up = (peer: string, at: number) => ({ peer, at })
  const [a, b, c] = [
    { id: 'a', links: [up('b', 10), up('c', 40)] },
    { id: 'b', links: [up('a', 12), up('c', 30)] },
    { id: 'c', links: [up('b', 31), up('stranger', 5)] },
  ] as const
  expect(reachedAt([a, b, c])).toBe(30)
  expect(reachedAt([a, b])).toBe(10)
  expect(reachedAt([b, { id: 'd', links: [] }])).toBeUndefined()
})
