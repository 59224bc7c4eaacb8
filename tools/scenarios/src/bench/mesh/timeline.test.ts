import { expect, test } from 'vitest'
import { components, joinTimes, type PeerTimeline } from './timeline.ts'

const sets = (links: Record<string, string>) =>
  new Map(Object.entries(links).map(([id, others]) => [id, new Set(others)]))

test('parts are what links of both sides hold together, largest first', () => {
  expect(components(sets({ a: '', b: 'c', c: 'bd', d: 'c' }))).toEqual([['b', 'c', 'd'], ['a']])
  expect(components(sets({ a: 'b', b: '' }))).toEqual([['a'], ['b']])
})

/** `b 5` is a link to b from 5 on, `-b 9` its end. */
function peer(id: string, startedAt: number, ...changes: string[]): PeerTimeline {
  const parsed = changes.map((change) => {
    const [name = '', at] = change.split(' ')
    return { at: Number(at), peer: name.replace('-', ''), up: !name.startsWith('-') }
  })
  return { id, startedAt, changes: parsed }
}

test('a peer has joined when links lead to all who started before it', () => {
  const times = joinTimes([
    peer('d', 30, 'c 40'),
    peer('a', 0, 'b 15'),
    peer('b', 10, 'a 16', 'c 60'),
    peer('c', 20, 'd 41', 'b 61'),
  ])
  expect(times).toEqual([
    { firstLinkMs: 6, joinedMs: 6 },
    { firstLinkMs: 21, joinedMs: 41 },
    { firstLinkMs: 10, joinedMs: 31 },
  ])
})

test('who is linked but never with all has not joined', () => {
  const times = joinTimes([peer('a', 0), peer('b', 10, 'c 30'), peer('c', 20, 'b 30', '-b 40')])
  expect(times).toEqual([
    { firstLinkMs: 20, joinedMs: Number.POSITIVE_INFINITY },
    { firstLinkMs: 10, joinedMs: Number.POSITIVE_INFINITY },
  ])
})
