import { seededRandom } from '@pigeon/transport/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Messenger } from '../channels/messenger.ts'
import { Service } from '../channels/service.ts'
import { type MemoryPeer, MemoryPeers } from '../fixtures/memory-peers.ts'
import { type CallEnd, type CallLimits, Calls } from './calls.ts'

/** Two linked peers of which Bob answers nothing by himself. */
function pair(limits: CallLimits = {}) {
  const world = new MemoryPeers()
  const side = (peer: MemoryPeer, seed: number) => {
    const transport = peer.open('pigeon/messages/1')
    const messenger = new Messenger({ transport, routed: peer.routed, clock: world.clock })
    const calls = new Calls(messenger, world.clock, seededRandom(seed), limits)
    return { messenger, calls, id: peer.id }
  }
  const [one, two] = [world.add('alice'), world.add('bob')]
  const [alice, bob] = [side(one, 1), side(two, 2)]
  const cut = world.link(one, two)
  const given: { finish: (end: CallEnd) => void; isGivenUp: boolean }[] = []
  bob.calls.handle('ask', (_, __, finish) => {
    const one = { finish, isGivenUp: false }
    given.push(one)
    return () => {
      one.isGivenUp = true
    }
  })
  const ends: CallEnd[] = []
  const ask = (name = 'ask', timeoutMs = 1000) =>
    alice.calls.call(bob.id, name, 1, timeoutMs, (end) => ends.push(end))
  const codes = () => ends.map((end) => (end.ok ? end.value : end.code))
  return { clock: world.clock, alice, bob, cut, given, ask, ends, codes }
}

test('a call is answered once', () => {
  const { clock, given, ask, ends } = pair()
  ask()
  clock.advance(50)
  given[0]?.finish({ ok: true, value: 'yes' })
  given[0]?.finish({ ok: true, value: 'no' })
  clock.advance(5000)
  expect(ends).toEqual([{ ok: true, value: 'yes' }])
})

test('giving up and running out of time reach the handler', () => {
  const { clock, bob, given, ask, codes } = pair()
  const giveUp = ask()
  ask()
  clock.advance(50)
  giveUp()
  clock.advance(50)
  expect(given.map(({ isGivenUp }) => isGivenUp)).toEqual([true, false])
  clock.advance(1000)
  expect(given.map(({ isGivenUp }) => isGivenUp)).toEqual([true, true])
  expect([codes(), bob.calls.handling]).toEqual([['TIMEOUT'], 0])
})

test('beyond maxHandlingPerPeer the callers are told BUSY, beyond maxCalls CONGESTED', () => {
  const { clock, bob, given, ask, codes } = pair({ maxHandlingPerPeer: 2, maxCalls: 4 })
  for (let count = 0; count < 5; count++) ask()
  clock.advance(100)
  expect([codes(), bob.calls.handling]).toEqual([['CONGESTED', 'BUSY', 'BUSY'], 2])
  given[0]?.finish({ ok: true, value: 1 })
  clock.advance(100)
  ask()
  clock.advance(100)
  expect([codes().slice(3), bob.calls.handling]).toEqual([[1], 2])
})

test('maxHandling counts all peers, and maxHandlingMs ends every handler', () => {
  const { clock, bob, given, ask, codes } = pair({ maxHandling: 1, maxHandlingMs: 500 })
  ask('ask', 10_000)
  ask('ask', 10_000)
  clock.advance(100)
  expect([codes(), bob.calls.handling]).toEqual([['BUSY'], 1])
  clock.advance(500)
  expect([given[0]?.isGivenUp, bob.calls.handling]).toEqual([true, 0])
})

test('an answer too large for the way is told as such', () => {
  const { clock, given, ask, codes, cut } = pair()
  ask('ask', 10_000)
  clock.advance(50)
  cut()
  given[0]?.finish({ ok: true, value: new Uint8Array(100_000) })
  clock.advance(1000)
  expect(codes()).toEqual(['RESULT_TOO_LARGE'])
})

test('answers of somebody who was not asked count for nothing, and no bytes break it', () => {
  const { clock, alice, bob, given, ask, codes } = pair()
  ask()
  clock.advance(50)
  fc.assert(
    fc.property(fc.nat(5), fc.uint8Array({ maxLength: 60 }), (kind, bytes) => {
      const payload = Uint8Array.of(kind, ...bytes)
      bob.messenger.send(alice.id, Service.calls, payload, () => {})
      clock.advance(0.1)
    }),
    { numRuns: 500 },
  )
  given[0]?.finish({ ok: true, value: 'yes' })
  clock.advance(100)
  expect(codes()).toEqual(['yes'])
})

test('closing ends every call and gives up every handler', () => {
  const { clock, alice, bob, given, ask, codes } = pair()
  ask()
  clock.advance(50)
  alice.calls.close()
  bob.calls.close()
  expect([codes(), given[0]?.isGivenUp]).toEqual([['CLOSED'], true])
  ask()
  clock.advance(1)
  expect(codes()).toEqual(['CLOSED', 'CLOSED'])
})
