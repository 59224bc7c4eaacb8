import { peerIdFromName } from '@pigeon/xor'
import { expect, test } from 'vitest'
import { peerRows } from './peer-rows.ts'

const [a, b, c] = ['a', 'b', 'c'].map(peerIdFromName) as [never, never, never]
const link = { peerId: a, rttMs: 12.34, route: 'host', isRelayed: false } as const
const bytes = { sentBytes: 1200, receivedBytes: 5, outstandingBytes: 0 }

test('a row says how a peer is, how far, and which way', () => {
  const stats = { hub: undefined, discovered: 3, peers: [{ ...link, ...bytes }] }
  const peers = new Set([a, b])
  const rows = peerRows({ peers, discovered: new Set([a, c]), silent: new Set([b]), stats })
  expect(rows).toEqual([
    { peerId: a, cells: ['linked', '12.3 ms', 'host', '1.2 kB', '5 B'] },
    { peerId: b, cells: ['silent', '–', '–', '–', '–'] },
    { peerId: c, cells: ['known', '–', '–', '–', '–'] },
  ])
})

test('a link through a relay, or without an answer, says so', () => {
  const one = { ...link, ...bytes, rttMs: undefined, isRelayed: true }
  const stats = { hub: undefined, discovered: 1, peers: [one] }
  const nobody = new Set<never>()
  const [row] = peerRows({ peers: new Set([a]), discovered: nobody, silent: nobody, stats })
  expect(row?.cells.slice(0, 3)).toEqual(['linked', 'no answer', 'through a relay'])
})

test('at most 200 rows are shown, the linked ones first', () => {
  const all = Array.from({ length: 300 }, (_, at) => peerIdFromName(`${at}`))
  const last = all.at(-1) as (typeof all)[number]
  const seen = { discovered: new Set(all), silent: new Set<never>(), stats: undefined }
  const rows = peerRows({ peers: new Set([last]), ...seen })
  expect(rows).toHaveLength(200)
  expect(rows[0]?.peerId).toBe(last)
})
