import { expect, test } from 'vitest'
import { formatTable, isMet } from './table.ts'

test('numbers without a unit, and without a ratio', () => {
  const rows = [{ metric: 'crashes', ours: 1, peer: 0, peerName: 'other', unit: '' }]
  expect(formatTable(rows).split('\n')[1]).toBe('crashes | 1    | 0 (other) | -     | -')
})

test('a table has columns, a ratio and goals', () => {
  const rows = [
    { metric: 'speed', ours: 500_000, unit: '/s', goal: { atLeast: 400_000 } },
    { metric: 'query', ours: 2, peer: 100, peerName: 'other', unit: 'us', goal: { atMost: 1 } },
  ]
  expect(formatTable(rows).split('\n')).toEqual([
    'metric | ours       | peer           | ratio  | goal',
    'speed  | 500,000 /s | -              | -      | >= 400,000 met',
    'query  | 2 us       | 100 us (other) | 0.02 x | <= 1 MISSED',
  ])
  expect(rows.map(isMet)).toEqual([true, false])
})
