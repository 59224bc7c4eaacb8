import { expect, test } from 'vitest'
import { formatTable, isMet } from '../table.ts'
import type { Measured } from './measure.ts'
import { rowsOf } from './rows.ts'

const NEVER = Number.POSITIVE_INFINITY

const good: Measured = {
  components: [20],
  broadcasts: 1,
  direct: 1,
  failures: [],
  joins: [
    { firstLinkMs: 300, joinedMs: 500 },
    { firstLinkMs: 100, joinedMs: 900 },
    { firstLinkMs: 200, joinedMs: 700 },
  ],
  hubMessagesPerJoin: 40,
  idleHubMessages: 1.5,
  connections: [3, 6],
  rss: [80 * 1024 * 1024, 120 * 1024 * 1024],
  heap: [20 * 1024 * 1024],
  crashed: 0,
}

const bad: Measured = {
  ...good,
  components: [12, 8],
  broadcasts: 0.5,
  direct: 0.9999,
  joins: [
    { firstLinkMs: 100, joinedMs: NEVER },
    { firstLinkMs: 100, joinedMs: 300 },
    { firstLinkMs: 100, joinedMs: NEVER },
  ],
  hubMessagesPerJoin: 56,
  idleHubMessages: 3,
  crashed: 1,
}

test('every goal is met, or each one is missed', () => {
  expect(rowsOf(3, good, undefined).every(isMet)).toBe(true)
  const missed = rowsOf(3, bad, undefined).filter((row) => !isMet(row))
  expect(missed.map(({ metric }) => metric)).toEqual([
    'maxPeers 3: parts',
    'broadcasts delivered',
    'direct messages delivered',
    'hub messages',
    'hub messages, idle',
    'processes that crashed',
  ])
})

test('times are medians and maxima, and may be infinite', () => {
  const rows = rowsOf(3, good, { name: 'other', measured: bad })
  const find = (start: string) => rows.findIndex(({ metric }) => metric.startsWith(start))
  const first = find('start to first')
  expect(rows.slice(first, first + 2).map(({ ours }) => ours)).toEqual([200, 300])
  const all = find('start to linked with all')
  expect(rows.slice(all, all + 2).map(({ ours }) => ours)).toEqual([700, 900])
  expect(rows[all]?.peer).toBe(NEVER)
  expect(formatTable(rows)).toContain('∞ ms (other)')
})

test('without the other system its column is empty', () => {
  expect(rowsOf(8, good, undefined).every(({ peer }) => peer === undefined)).toBe(true)
})
