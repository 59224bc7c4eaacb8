import type { Link } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { expect, test } from 'vitest'
import { type Slot, Slots } from './slots.ts'

const id = (digit: string): PeerId => digit.repeat(40) as PeerId

function slot(state: Link['state'], more: Partial<Slot> = {}): Slot {
  const link = { state } as Link
  return { link, initiator: true, since: 0, answered: false, ...more }
}

test('a full peer evicts its farthest for anyone closer, opened or not', () => {
  const slots = new Slots(id('0'), 2)
  slots.set(id('2'), slot('open'))
  expect(slots.hasRoom).toBe(true)
  slots.set(id('7'), slot('connecting'))
  expect(slots.hasRoom).toBe(false)
  expect(slots.evictedFor(id('6'))).toBe(id('7'))
  expect(slots.evictedFor(id('8'))).toBeUndefined()
  expect(slots.connected).toEqual([id('2')])
})

test('without any open link the first goes, for anyone', () => {
  const slots = new Slots(id('0'), 2)
  slots.set(id('2'), slot('connecting'))
  slots.set(id('7'), slot('connecting'))
  expect(slots.evictedFor(id('f'))).toBe(id('2'))
})

test('offers without an answer are stuck', () => {
  const slots = new Slots(id('0'), 4)
  slots.set(id('1'), slot('connecting'))
  slots.set(id('2'), slot('connecting', { answered: true }))
  slots.set(id('3'), slot('connecting', { initiator: false }))
  slots.set(id('4'), slot('connecting', { since: 5000 }))
  expect(slots.stuckSince(4000)).toEqual([id('1')])
})
