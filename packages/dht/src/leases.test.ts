import { peerIdFromName } from '@pigeon/xor'
import { expect, test } from 'vitest'
import type { Address } from './address.ts'
import { Leases } from './leases.ts'
import { resolveLimits } from './options.ts'

const place = peerIdFromName('place')
const address = (index: number) => `03${index.toString(16).padStart(64, '0')}` as Address

function make() {
  const clock = { now: 1_000_000 }
  const limits = { maxLeasesPerKey: 3, maxLeasesPerOrigin: 2, maxLeases: 5, renewMs: 10_000 }
  const places = [place, place, place]
  return {
    clock,
    leases: new Leases(
      resolveLimits(limits),
      () => clock.now,
      () => places,
    ),
  }
}

const lease = (of: number, who: string, time = 1_000_000) => ({
  address: address(of),
  time,
  proof: { id: peerIdFromName(who) },
})

test('as many of one key, of one subscriber and in all as the limits say', () => {
  const { leases } = make()
  expect(['a', 'b', 'c', 'd'].map((who) => leases.add(lease(1, who), 0))).toEqual([
    true,
    true,
    true,
    false,
  ])
  expect([2, 3].map((of) => leases.add(lease(of, 'a'), 0))).toEqual([true, false])
  expect(['x', 'y'].map((who) => leases.add(lease(4, who), 0))).toEqual([true, false])
  expect(leases.size).toBe(5)
  // A renewal is no lease more.
  expect(leases.add(lease(1, 'a', 1_000_001), 0)).toBe(true)
  expect(leases.size).toBe(5)
})

test('one that is not renewed ends after three renewals', () => {
  const { leases, clock } = make()
  leases.add(lease(1, 'a'), 0)
  clock.now += 29_999
  leases.sweep()
  expect(leases.size).toBe(1)
  clock.now += 1
  leases.sweep()
  expect(leases.size).toBe(0)
  for (const who of ['a', 'b', 'c']) expect(leases.add(lease(1, who, clock.now), 0)).toBe(true)
})

test('one of another time is not valid', () => {
  const { leases, clock } = make()
  expect(leases.isValid(lease(1, 'a', clock.now + 60_000))).toBe(true)
  expect(leases.isValid(lease(1, 'a', clock.now + 60_001))).toBe(false)
  expect(leases.isValid(lease(1, 'a', clock.now - 30_000))).toBe(false)
})
