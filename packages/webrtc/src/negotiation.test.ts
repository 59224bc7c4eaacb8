import type { Signal } from '@pigeon/transport'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fakePeer } from './fixtures/fake-engine.ts'
import { fakeLinks, openFakePair } from './fixtures/fake-pair.ts'
import { realLinks } from './fixtures/links.ts'
import { A, B, opened, pair } from './fixtures/pair.ts'
import { settle } from './fixtures/virtual-clock.ts'
import { weriftEngine } from './werift.ts'

/** Two links whose signals wait in lists. */
function apart(dial: { a: boolean; b: boolean }) {
  const world = fakeLinks()
  const a = world.links.create({ self: A, remote: B, dial: dial.a })
  const b = world.links.create({ self: B, remote: A, dial: dial.b })
  const fromA: Signal[] = []
  const fromB: Signal[] = []
  a.on('signal', (signal) => fromA.push(signal))
  b.on('signal', (signal) => fromB.push(signal))
  return { ...world, a, b, fromA, fromB }
}

describe('negotiation', () => {
  test('whichever offer arrives first, the larger id’s stands', async () => {
    for (const first of ['a', 'b']) {
      const { a, b, fromA, fromB } = apart({ a: true, b: true })
      await settle()
      const offered = b.connection
      for (let round = 0; round < 6; round++) {
        const [toA, toB] = [fromB.splice(0), fromA.splice(0)]
        const deliver = [
          () => toA.map((signal) => a.signal(signal)),
          () => toB.map((signal) => b.signal(signal)),
        ]
        for (const run of first === 'a' ? deliver : deliver.reverse()) {
          run()
          await settle()
        }
      }
      expect([a.state, b.state]).toEqual(['open', 'open'])
      expect([a.connection, b.connection]).toEqual([offered, offered])
      expect(a.rejected + b.rejected).toBe(0)
    }
  })

  test('candidates that overtake their offer wait for it', async () => {
    const { a, b, fromA, fromB } = apart({ a: true, b: false })
    await settle()
    for (const signal of fromA.splice(0).reverse()) b.signal(signal)
    await settle()
    expect(fakePeer(b).candidates).toHaveLength(1)
    for (const signal of fromB.splice(0)) a.signal(signal)
    await settle()
    expect(a.state).toBe('open')
    expect(a.rejected + b.rejected).toBe(0)
  })

  test('candidates and answers of another attempt are dropped', async () => {
    const { a, fromA } = apart({ a: true, b: false })
    await settle()
    const offer = fromA[0] as Signal & { type: 'offer' }
    a.signal({ ...offer, type: 'answer', connection: 'f'.repeat(32) })
    a.signal({ ...fromA[1], connection: 'f'.repeat(32) })
    await settle()
    expect(fakePeer(a).remoteDescription).toBeNull()
    expect(fakePeer(a).candidates).toHaveLength(0)
    expect(a.state).toBe('connecting')
  })

  test('an open link stays with its attempt', async () => {
    const { a, b } = await openFakePair()
    const { connection, peer } = b
    const offer = { type: 'offer', connection: 'e'.repeat(32), sdp: a.peer?.localDescription?.sdp }
    b.signal(offer)
    await settle()
    expect([b.connection, b.peer, b.state]).toEqual([connection, peer, 'open'])
  })

  test('a refused offer does not spoil the next one', async () => {
    const { a, b, fromA, fromB } = apart({ a: true, b: false })
    await settle()
    const offer = fromA[0] as Signal & { type: 'offer' }
    b.signal({ ...offer, connection: 'd'.repeat(32), sdp: offer.sdp.replace('peer', 'nobody') })
    await settle()
    expect([b.rejected, b.connection]).toEqual([1, undefined])
    for (const signal of fromA.splice(0)) b.signal(signal)
    await settle()
    for (const signal of fromB.splice(0)) a.signal(signal)
    await settle()
    expect([a.state, b.state]).toEqual(['open', 'open'])
  })

  test('offers, candidates and waiting signals of the other side have an end', async () => {
    const { b, engine, fromA } = apart({ a: true, b: false })
    await settle()
    const [offer, candidate] = fromA
    for (let count = 0; count < 1000; count++)
      b.signal({ ...candidate, connection: 'c'.repeat(32) })
    await settle()
    expect(b.rejected).toBe(1000 - 64)
    for (let count = 0; count < 20; count++) {
      b.signal({ ...offer, connection: count.toString(16).padStart(32, '0') })
      await settle()
    }
    expect(engine.peers).toHaveLength(1 + 8)
    expect(engine.peers.filter(({ closed }) => !closed)).toHaveLength(2)
    for (let count = 0; count < 1000; count++) {
      b.signal({ ...candidate, connection: b.connection })
      if (count % 50 === 0) await settle()
    }
    await settle()
    expect(fakePeer(b).candidates).toHaveLength(256)
  })

  test('no signal whatsoever throws, and each that is rubbish is counted', async () => {
    const { a } = await openFakePair()
    let sent = 0
    fc.assert(
      fc.property(fc.anything(), (value) => {
        a.signal(value)
        sent++
      }),
    )
    expect(a.rejected).toBe(sent)
    expect(a.state).toBe('open')
  })
})

describe('werift', () => {
  const links = realLinks(weriftEngine())

  test('descriptions and candidates with bytes changed at random neither throw nor harm', async () => {
    // Of a connection that is over: who has the credentials of a live one can disturb it by ICE.
    const past = pair(links)
    const seen: Signal[] = []
    past.a.on('signal', (signal) => seen.push(signal))
    past.b.on('signal', (signal) => seen.push(signal))
    await Promise.all([opened(past.a), opened(past.b)])
    await Promise.all([past.a.close(), past.b.close()])
    const { a, b } = pair(links)
    await Promise.all([opened(a), opened(b)])
    const target = links.create({ self: B, remote: A, dial: false })
    const tainted = fc.record({
      signal: fc.constantFrom(...seen),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      put: fc.oneof(
        fc.string({ maxLength: 40 }),
        fc.constantFrom('\r\n', '-1', '99999999999', ' '),
      ),
      cut: fc.nat(60),
      current: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(tainted, async ({ signal, at, put, cut, current }) => {
        const damage = (text: string) => {
          const start = Math.floor(at * text.length)
          return text.slice(0, start) + put + text.slice(start + cut)
        }
        const connection = (current && target.connection) || signal.connection
        if (signal.type === 'candidate') {
          const candidate = damage(signal.candidate)
          target.signal({ ...signal, connection, candidate })
        } else {
          target.signal({ ...signal, connection, sdp: damage(signal.sdp) })
        }
        await new Promise((resolve) => setImmediate(resolve))
      }),
      { numRuns: 300 },
    )
    expect(target.rejected).toBeGreaterThan(0)
    const heard = new Promise((resolve) => b.on('frame', resolve))
    a.send(Uint8Array.of(1))
    await heard
    await Promise.all([a.close(), b.close(), target.close()])
  })
})
