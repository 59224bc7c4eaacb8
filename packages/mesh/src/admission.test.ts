import { ManualClock } from '@pigeon/transport/testing'
import type { PeerId } from '@pigeon/xor'
import { expect, test } from 'vitest'
import { Admission } from './admission.ts'
import type { Reason } from './messages.ts'
import { meshSettings } from './settings.ts'

const id = (start: string) => start.padEnd(40, '0') as PeerId
/** Three in the bucket farthest from 0, one next to it on either side. */
const CROWD = ['8', '9', 'a', '01', 'f'].map(id)
const LONELY = id('4')

function full(settings: { maxPeers?: number; evictionStrategy?: boolean } = {}) {
  const clock = new ManualClock(1_000_000)
  const admission = new Admission({
    ...{ self: id('0'), clock, places: { given: new Set(CROWD) } },
    settings: meshSettings({ maxPeers: CROWD.length, ...settings }),
  })
  const admits = (why: Reason, peer = LONELY) => admission.admits(peer, why)
  return { clock, admits }
}

test('with room everybody is admitted, and whoever has a place already', () => {
  const { admits } = full({ maxPeers: CROWD.length + 1 })
  expect((['ring', 'skip', 'fill', 'user'] as const).map((why) => admits(why))).toEqual(
    Array(4).fill(true),
  )
  expect(full().admits('user', CROWD[0])).toBe(true)
})

test('in a full mesh who is next on the ring is admitted, whoever else says so is not', () => {
  const { admits } = full()
  expect([admits('ring', id('001')), admits('ring'), admits('user')]).toEqual([true, false, false])
})

test('who can link with nobody nearer is admitted to two places beyond the limit', () => {
  expect([1, 2].map((over) => full({ maxPeers: CROWD.length - over }).admits('skip'))).toEqual([
    true,
    false,
  ])
})

test('the first of a bucket is admitted where another has three, once a minute', () => {
  const { clock, admits } = full()
  expect([admits('fill', id('b')), admits('fill'), admits('fill')]).toEqual([false, true, false])
  clock.advance(59_999)
  expect(admits('fill')).toBe(false)
  clock.advance(1)
  expect(admits('fill')).toBe(true)
  expect(full({ evictionStrategy: false }).admits('fill')).toBe(false)
  expect(full({ maxPeers: CROWD.length - 1 }).admits('fill')).toBe(false)
})
