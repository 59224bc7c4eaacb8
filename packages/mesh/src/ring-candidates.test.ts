import { ManualClock } from '@pigeon/transport/testing'
import type { PeerId } from '@pigeon/xor'
import { expect, test } from 'vitest'
import { Asks } from './asks.ts'
import { Contacts } from './contacts.ts'
import { LinkTable } from './link-table.ts'
import { Places } from './places.ts'
import { RingCandidates } from './ring-candidates.ts'
import { meshSettings } from './settings.ts'
import { Unlinkable } from './unlinkable.ts'

const id = (digit: string) => digit.repeat(40) as PeerId
const SELF = id('0')

/** Knows 1 to 9 and is linked with nobody; what it asks is written down and never answered. */
function alone() {
  const clock = new ManualClock()
  const contacts = new Contacts(SELF, 100)
  for (const digit of '123456789') contacts.mentioned(id(digit), clock.now())
  const factory = { maxFrameBytes: 1000, create: () => expect.unreachable() }
  const table = new LinkTable({ self: SELF, clock, factory })
  const asks = new Asks(clock)
  const places = new Places({ table, asks, settings: meshSettings({}) })
  const unlinkable = new Unlinkable()
  const asked: string[] = []
  const ring = new RingCandidates({
    ...{ self: SELF, clock, contacts, places, unlinkable },
    isTunnelled: () => false,
    isPending: (peer) => asks.asked.has(peer),
    ask: (peer, why) => {
      asked.push(`${peer[0]} ${why}`)
      asks.ask(peer, why, () => {})
    },
  })
  return { clock, ring, unlinkable, asked }
}

test('a newcomer asks the nearest on either side, and one more each second, for any place', () => {
  const { clock, ring, asked } = alone()
  ring.mend()
  expect(asked).toEqual(['1 ring', '9 ring'])
  clock.advance(1000)
  ring.mend()
  expect(asked).toEqual(['1 ring', '9 ring', '2 skip', '8 skip'])
  ring.mend()
  expect(asked).toHaveLength(4)
})

test('a peer whose links have all died asks three on either side at once', () => {
  const { ring, asked } = alone()
  ring.linked(id('f'))
  ring.mend()
  expect(asked.map(([digit]) => digit).join('')).toBe('123987')
})

test('a way is needed to the nearest tried in vain, and to the nearest that is unlinkable', () => {
  const { clock, ring, unlinkable } = alone()
  for (let failures = 0; failures < 2; failures++) unlinkable.failed(id('3'), clock.now())
  expect(ring.stranded(2000)).toEqual([id('3')])
  ring.mend()
  clock.advance(2000)
  ring.mend()
  expect(ring.stranded(2000)).toEqual([id('1'), id('3'), id('9')])
  // The next ones have been tried for as long after another two seconds.
  clock.advance(2000)
  ring.mend()
  expect(ring.stranded(2000)).toEqual([id('1'), id('2'), id('3'), id('9'), id('8')])
})
