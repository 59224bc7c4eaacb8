import { type PeerId, peerIdFromName } from '@pigeon/xor'
import { expect, test } from 'vitest'
import { bytes, sha256 } from '../test/network.ts'
import { RecordKind } from './address.ts'
import { Verdict } from './errors.ts'
import { type Limits, resolveLimits } from './options.ts'
import { type DhtRecord, decodeRecord, encodeContent } from './record.ts'
import { Shelf } from './shelf.ts'

const NOW = 1_000_000
const origin = peerIdFromName('origin')

function make(limits: Partial<Limits> = {}) {
  const clock = { now: NOW }
  const removed: string[] = []
  const shelf = new Shelf({
    self: '0'.repeat(40) as PeerId,
    limits: resolveLimits(limits),
    sha256,
    now: () => clock.now,
    events: { changed: () => {}, removed: (address) => removed.push(address) },
  })
  return { shelf, clock, removed }
}

function record(name: string, change: Partial<DhtRecord> = {}): DhtRecord {
  const content = { seq: 1, expiresAt: NOW + 1000, deleted: false, value: bytes('v'), ...change }
  return decodeRecord(encodeContent({ ...content, kind: RecordKind.public, name }), sha256)
}

test('the higher number stands; of equal ones the larger digest, and both are told', () => {
  const { shelf } = make()
  expect(shelf.offer(record('a', { seq: 2 }), origin, 0).verdict).toBe(Verdict.stored)
  expect(shelf.offer(record('a', { seq: 1 }), origin, 0).verdict).toBe(Verdict.outdated)
  const [one, other] = ['x', 'y'].map((value) => record('a', { seq: 3, value: bytes(value) }))
  shelf.offer(one as DhtRecord, origin, 0)
  const { verdict } = shelf.offer(other as DhtRecord, origin, 0)
  const standing = shelf.live(record('a').address)
  const second = make().shelf
  second.offer(other as DhtRecord, origin, 0)
  second.offer(one as DhtRecord, origin, 0)
  expect(verdict).toBe(Verdict.conflict)
  expect(second.live(record('a').address)?.value).toEqual(standing?.value)
})

test('a number that is expected decides', () => {
  const { shelf } = make()
  expect(shelf.offer(record('a'), origin, 0, { expected: 7 }).verdict).toBe(Verdict.changed)
  expect(shelf.offer(record('a'), origin, 0, { expected: 0 }).verdict).toBe(Verdict.stored)
  const next = record('a', { seq: 2, value: bytes('next') })
  expect(shelf.offer(next, origin, 0, { expected: 0 }).verdict).toBe(Verdict.changed)
  expect(shelf.offer(next, origin, 0, { expected: 1 }).verdict).toBe(Verdict.stored)
})

test('of two that write the same and expect the same one wins, and may be tried again', () => {
  const { shelf } = make()
  const offer = (put?: string) => shelf.offer(record('a'), origin, 0, { expected: 0, put }).verdict
  expect([offer('one'), offer('two'), offer('one')]).toEqual([
    Verdict.stored,
    Verdict.changed,
    Verdict.stored,
  ])
  const other = make().shelf
  other.offer(record('a'), origin, 0) // Of another replica: whose it is nobody knows here.
  expect(other.offer(record('a'), origin, 0, { expected: 0, put: 'one' }).verdict).toBe(
    Verdict.stored,
  )
})

test('times are in bounds, and no clock wins for longer than a minute', () => {
  const { shelf, clock } = make({ maxTtlMs: 10_000 })
  expect(shelf.offer(record('a', { expiresAt: NOW }), origin, 0).verdict).toBe(Verdict.expired)
  const longest = NOW + 10_000 + 60_000
  expect(shelf.offer(record('b', { expiresAt: longest }), origin, 0).verdict).toBe(Verdict.stored)
  const longer = record('c', { expiresAt: longest + 1 })
  expect(shelf.offer(longer, origin, 0).verdict).toBe(Verdict.expired)
  const ahead = record('d', { seq: NOW + 60_000 })
  expect(shelf.offer(ahead, origin, 0).verdict).toBe(Verdict.stored)
  const farAhead = record('e', { seq: NOW + 60_001 })
  expect(shelf.offer(farAhead, origin, 0).verdict).toBe(Verdict.invalid)
  clock.now += 60_001
  const later = record('d', { seq: clock.now, expiresAt: clock.now + 1000, value: bytes('later') })
  expect(shelf.offer(later, origin, 0).verdict).toBe(Verdict.stored)
})

test('what was deleted is remembered as long as what it replaced would have lived', () => {
  const { shelf, clock } = make()
  shelf.offer(record('a', { expiresAt: NOW + 50_000 }), origin, 0)
  const gone = record('a', { seq: 2, deleted: true, value: new Uint8Array(0) })
  expect(shelf.offer(gone, origin, 0).verdict).toBe(Verdict.stored)
  clock.now += 49_000
  shelf.sweep()
  const old = record('a', { expiresAt: NOW + 50_000 })
  expect(shelf.offer(old, origin, 0).verdict).toBe(Verdict.outdated)
  clock.now += 2000
  shelf.sweep()
  expect(shelf.size).toBe(0)
})

test('as many records, and bytes, of one origin as the limits say', () => {
  const { shelf } = make({ maxRecordsPerOrigin: 2 })
  const offer = (name: string, from = origin) => shelf.offer(record(name), from, 0).verdict
  expect(['a', 'b', 'c'].map((name) => offer(name))).toEqual([0, 0, Verdict.full])
  expect(offer('c', peerIdFromName('other'))).toBe(Verdict.stored)
  const size = record('a').bytes.length
  const small = make({ maxBytesPerOrigin: 2 * size }).shelf
  const verdicts = ['a', 'b', 'c'].map((name) => small.offer(record(name), origin, 0).verdict)
  expect(verdicts).toEqual([0, 0, Verdict.full])
  const longer = record('a', { seq: 2, value: bytes('longer') })
  expect(small.offer(longer, origin, 0).verdict).toBe(Verdict.full)
  expect(small.live(longer.address)?.seq).toBe(1)
})

test('full, it gives up the farthest, and takes nothing that is farther', () => {
  const { shelf, removed } = make({ maxRecords: 10 })
  const records = Array.from({ length: 40 }, (_, index) => record(`r${index}`))
  const distance = ({ address }: DhtRecord) => {
    const first = Number.parseInt(address.slice(2, 10), 16)
    return Math.min(first, 2 ** 32 - first)
  }
  for (const one of records) shelf.offer(one, origin, 0)
  expect(shelf.size).toBe(10)
  const nearest = [...records].sort((a, b) => distance(a) - distance(b)).slice(0, 10)
  const held = [...shelf.items].map((item) => item.record.address)
  expect(held.sort()).toEqual(nearest.map(({ address }) => address).sort())
  expect(removed.length).toBe(shelf.evicted)
  const size = record('r0').bytes.length
  const tight = make({ maxBytes: 5 * size }).shelf
  for (const one of records.slice(0, 10)) tight.offer(one, origin, 0)
  expect(tight.bytes).toBeLessThanOrEqual(5 * size)
})
