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
function alone(linking = new Set<PeerId>()) {
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
    isAsked: (peer) => asks.asked.has(peer),
    isLinking: (peer) => linking.has(peer),
    ask: (peer, why) => {
      asked.push(`${peer[0]} ${why}`)
      asks.ask(peer, why, () => {})
    },
  })
  return { clock, ring, unlinkable, asked }
}

test('a newcomer asks one peer a second, the nearest on either side first, then for any place', () => {
  const { clock, ring, asked } = alone()
  for (const expected of ['1 ring', '9 ring', '2 skip']) {
    for (let times = 0; times < 2; times++) ring.mend()
    expect(asked.at(-1)).toBe(expected)
    clock.advance(1000)
  }
  expect(asked).toHaveLength(3)
})

test('a newcomer asks the next one at once after a refusal, and leaves a link a second and a half to open', () => {
  const linking = new Set<PeerId>()
  const { clock, ring, asked } = alone(linking)
  ring.mend()
  ring.refused(id('1'))
  ring.mend()
  expect(asked).toEqual(['1 ring', '9 ring'])
  linking.add(id('9'))
  clock.advance(1499)
  ring.refused(id('1'))
  ring.mend()
  expect(asked).toHaveLength(2)
  clock.advance(1)
  ring.mend()
  expect(asked).toEqual(['1 ring', '9 ring', '2 skip'])
})

test('whom the hub names has just come, and is asked if it does not ask within two seconds', () => {
  const { clock, ring, asked } = alone()
  for (const digit of '19') ring.named(id(digit))
  ring.mend()
  expect([asked, ring.isAwaited(id('1')), ring.isAwaited(id('2'))]).toEqual([
    ['2 skip'],
    true,
    false,
  ])
  clock.advance(2000)
  ring.mend()
  expect(asked).toEqual(['2 skip', '1 ring'])
  ring.named(id('9'))
  ring.forgive()
  expect(ring.isAwaited(id('9'))).toBe(false)
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
  const pass = (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      ring.mend()
      clock.advance(1000)
    }
  }
  pass(3)
  expect(ring.stranded(2000)).toEqual([id('1'), id('3'), id('9')])
  // The next ones have been tried for as long after another two seconds.
  pass(2)
  expect(ring.stranded(2000)).toEqual([id('1'), id('2'), id('3'), id('9'), id('8')])
})
