import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type MemoryPeer, MemoryPeers } from '../fixtures/memory-peers.ts'
import type { Refusal } from './message-frames.ts'
import { Messenger } from './messenger.ts'
import type { Arrived, MessengerLimits, Outcome } from './messenger-options.ts'

const SERVICE = 7
const MIB = 2 ** 20

/** A messenger that writes down what it gets. */
function messenger(world: MemoryPeers, peer: MemoryPeer, limits: MessengerLimits = {}) {
  const transport = peer.open('pigeon/messages/1')
  const made = new Messenger({ transport, routed: peer.routed, clock: world.clock, ...limits })
  const got: Arrived[] = []
  const answer: { refusal: Refusal | undefined } = { refusal: undefined }
  made.serve(SERVICE, (message) => {
    if (answer.refusal === undefined) got.push(message)
    return answer.refusal
  })
  const outcomes: Outcome[] = []
  const send = (to: string, payload: Uint8Array) =>
    made.send(to as never, SERVICE, payload, (outcome) => outcomes.push(outcome))
  return { made, got, outcomes, send, answer, id: peer.id }
}

function pair(limits: MessengerLimits = {}, options: { windowBytes?: number } = {}) {
  const world = new MemoryPeers(options)
  const [one, two] = [world.add('alice'), world.add('bob')]
  const [alice, bob] = [messenger(world, one, limits), messenger(world, two, limits)]
  const cut = world.link(one, two)
  return { world, clock: world.clock, alice, bob, cut, one, two }
}

test('a message over a link arrives, and its sender learns it', () => {
  const { clock, alice, bob } = pair()
  const { messageId } = alice.send(bob.id, Uint8Array.of(1, 2, 3))
  clock.advance(100)
  expect(bob.got).toEqual([{ from: alice.id, messageId, payload: Uint8Array.of(1, 2, 3), hops: 1 }])
  expect(alice.outcomes).toEqual([{ ok: true, hops: 1, ms: 20 }])
})

test('without a link it is routed', () => {
  const world = new MemoryPeers()
  const [alice, bob] = ['alice', 'bob'].map((name) => messenger(world, world.add(name))) as [
    ReturnType<typeof messenger>,
    ReturnType<typeof messenger>,
  ]
  alice.send(bob.id, new Uint8Array(60_000))
  alice.send(bob.id, new Uint8Array(70_000))
  expect(alice.outcomes).toEqual([])
  world.clock.advance(1000)
  expect(bob.got.map(({ payload, hops }) => [payload.length, hops])).toEqual([[60_000, 3]])
  expect(alice.outcomes).toEqual([
    { ok: false, code: 'TOO_LARGE' },
    { ok: true, hops: 3, ms: 100 },
  ])
  world.isRouting = false
  alice.send(bob.id, new Uint8Array(1))
  world.clock.advance(1000)
  expect(alice.outcomes[2]).toEqual({ ok: false, code: 'NO_ROUTE' })
})

test('a large message arrives whole, and small ones pass it', () => {
  const { clock, alice, bob } = pair({}, { windowBytes: 64 * 1024 })
  const large = Uint8Array.from({ length: 3 * MIB }, (_, index) => index % 251)
  alice.send(bob.id, large)
  alice.send(bob.id, Uint8Array.of(1))
  alice.send(bob.id, Uint8Array.of(2))
  clock.advance(10_000)
  expect(bob.got.map(({ payload }) => payload.length)).toEqual([1, 1, 3 * MIB])
  expect(bob.got.map(({ payload }) => payload[0])).toEqual([1, 2, 0])
  expect(Buffer.compare(bob.got[2]?.payload ?? new Uint8Array(0), large)).toBe(0)
})

test('what a broken link had not confirmed is routed once, or fails if it is too large', () => {
  const { clock, alice, bob, cut } = pair()
  alice.send(bob.id, Uint8Array.of(1))
  alice.send(bob.id, new Uint8Array(MIB))
  // The first has arrived, and its receipt is lost.
  clock.advance(10)
  cut()
  clock.advance(1000)
  expect(bob.got.map(({ payload }) => payload.length)).toEqual([1])
  expect(alice.outcomes).toEqual([
    { ok: false, code: 'PEER_GONE' },
    { ok: true, hops: 3, ms: expect.any(Number) },
  ])
})

test('a receiver may refuse', () => {
  const { clock, alice, bob } = pair()
  bob.answer.refusal = 'BUSY'
  alice.send(bob.id, Uint8Array.of(1))
  alice.made.send(bob.id, 99, Uint8Array.of(1), (outcome) => alice.outcomes.push(outcome))
  clock.advance(100)
  expect(alice.outcomes).toEqual([
    { ok: false, code: 'BUSY' },
    { ok: false, code: 'NOBODY' },
  ])
})

test('beyond outstandingMessages and outstandingBytes it is congested, and works again later', () => {
  const { clock, alice, bob } = pair({ outstandingMessages: 3, outstandingBytes: 1000 })
  for (let sent = 0; sent < 4; sent++) alice.send(bob.id, new Uint8Array(10))
  clock.advance(100)
  const ok = () => alice.outcomes.filter(({ ok }) => ok).length
  expect([ok(), alice.outcomes.length]).toEqual([3, 4])
  for (let sent = 0; sent < 2; sent++) alice.send(bob.id, new Uint8Array(600))
  clock.advance(100)
  expect([ok(), alice.outcomes.length]).toEqual([4, 6])
  expect(alice.outcomes.filter(({ ok }) => !ok)).toEqual([
    { ok: false, code: 'CONGESTED' },
    { ok: false, code: 'CONGESTED' },
  ])
})

test('a neighbour that confirms nothing lets messages fail with TIMEOUT', () => {
  const world = new MemoryPeers()
  const [one, two] = [world.add('alice'), world.add('bob')]
  const alice = messenger(world, one, { timeoutMs: 5000 })
  two.open('pigeon/messages/1')
  world.link(one, two)
  alice.send(two.id, Uint8Array.of(1))
  world.clock.advance(4990)
  expect(alice.outcomes).toEqual([])
  world.clock.advance(20)
  expect(alice.outcomes).toEqual([{ ok: false, code: 'TIMEOUT' }])
})

test('a message that is given up frees what the receiver holds of it', () => {
  const limits = { reassemblyBytes: 4 * MIB }
  const { clock, alice, bob } = pair(limits, { windowBytes: 32 * 1024 })
  for (let times = 0; times < 5; times++) {
    const { cancel } = alice.send(bob.id, new Uint8Array(3 * MIB))
    clock.advance(30)
    cancel()
    clock.advance(100)
  }
  expect(alice.outcomes).toEqual([])
  alice.send(bob.id, new Uint8Array(3 * MIB))
  clock.advance(20_000)
  expect(alice.outcomes).toEqual([{ ok: true, hops: 1, ms: expect.any(Number) }])
})

test('what would hold too much memory is refused: too large, or too much at once', () => {
  const world = new MemoryPeers()
  const [one, two] = [world.add('alice'), world.add('bob')]
  const alice = messenger(world, one)
  const bob = messenger(world, two, { maxMessageBytes: MIB, reassemblyBytes: 2 * MIB })
  world.link(one, two)
  for (const bytes of [1.5 * MIB, MIB - 100, MIB - 100, MIB - 100]) {
    alice.send(bob.id, new Uint8Array(bytes))
  }
  world.clock.advance(10_000)
  const codes = alice.outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.code))
  expect(codes.sort()).toEqual(['BUSY', 'TOO_LARGE', 'ok', 'ok'])
})

test('any bytes from a neighbour are dropped and counted, and the next message arrives', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 30 }), (frames) => {
      const world = new MemoryPeers()
      const [one, two] = [world.add('alice'), world.add('bob')]
      const bob = messenger(world, two)
      const hostile = one.open('pigeon/messages/1')
      world.link(one, two)
      for (const frame of frames) {
        hostile.send(two.id, frame)
        one.routed.send(two.id, frame)
      }
      world.clock.advance(1000)
      bob.send(one.id, Uint8Array.of(1))
      world.clock.advance(20_000)
      expect(bob.outcomes.length).toBe(1)
    }),
    { numRuns: 100 },
  )
})
