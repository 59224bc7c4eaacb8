import { ByteWriter, LinkTransport, Multiplexer } from '@pigeon/transport'
import { connect, MemoryNetwork } from '@pigeon/transport/memory'
import { ManualClock, seededRandom } from '@pigeon/transport/testing'
import type { PeerId } from '@pigeon/xor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Opener } from './envelopes.ts'
import { DirectMessages, type Envelopes, Neighbourhood, Router } from './index.ts'

const A = 'a'.repeat(40) as PeerId
const B = 'b'.repeat(40) as PeerId

interface PairOptions {
  readonly windowBytes?: number
  readonly outstandingBytes?: number
  readonly isAlone?: () => boolean
  readonly sealed?: (self: PeerId) => Envelopes
}

function pair(options: PairOptions = {}) {
  const clock = new ManualClock(1_000_000)
  const network = new MemoryNetwork({ clock, latencyMs: 10, ...options })
  const a = new LinkTransport(A, network.maxFrameBytes)
  const b = new LinkTransport(B, network.maxFrameBytes)
  const [link] = connect(network, a, b)
  const open = (links: LinkTransport) => {
    const multiplexer = new Multiplexer(links)
    const neighbourhood = new Neighbourhood({ transport: multiplexer.open('links/1'), clock })
    const transport = multiplexer.open('route/1')
    const random = seededRandom(1)
    const router = new Router({ transport, clock, random, neighbourhood, maxRequestsPerLink: 64 })
    const envelopes = options.sealed?.(links.self)
    const messages = new DirectMessages({
      ...{ router, self: links.self, clock, ...options, ...(envelopes && { envelopes }) },
    })
    const log: unknown[] = []
    messages.on('message', (event) => log.push({ ...event, payload: [...event.payload] }))
    messages.on('delivered', (event) => log.push(event))
    messages.on('failed', (event) => log.push(event))
    return { messages, router, neighbourhood, transport, log }
  }
  const sides = { alice: open(a), bob: open(b) }
  clock.advance(100)
  return { clock, a, b, link, relink: () => connect(network, a, b), ...sides }
}

test('M9 a message to a neighbour arrives and its id comes back as delivered', () => {
  const { clock, alice, bob } = pair()
  const messageId = alice.messages.send(B, Uint8Array.of(1, 2, 3))
  // Broadcasts are numbered by author and time as well.
  expect(messageId).toMatch(/^[0-9a-f]{40}-direct-[0-9a-z]+-[0-9a-z]+$/)
  expect(alice.log).toEqual([])
  clock.advance(100)
  expect(bob.log).toEqual([
    { from: A, messageId, payload: [1, 2, 3], hops: 1, timestamp: 1_000_100, verified: false },
  ])
  expect(alice.log).toEqual([{ messageId, to: B, hops: 1, ms: 20 }])
})

test('M9 without a link it fails with NO_ROUTE, after the id was returned', () => {
  const { clock, alice } = pair()
  const to = 'c'.repeat(40) as PeerId
  const messageId = alice.messages.send(to, Uint8Array.of(1))
  expect(alice.log).toEqual([])
  clock.advance(1000)
  expect(alice.log).toEqual([])
  clock.advance(1500)
  expect(alice.log).toEqual([{ messageId, to, code: 'NO_ROUTE' }])
  // Nobody is closer to this one than the sender.
  const far = alice.messages.send('9'.repeat(40) as PeerId, Uint8Array.of(1))
  expect(alice.log.length).toBe(1)
  clock.advance(2500)
  expect(alice.log[1]).toEqual({ messageId: far, to: '9'.repeat(40), code: 'NO_ROUTE' })
})

test('without a receipt it fails with TIMEOUT, once', () => {
  const { clock, alice, bob, link } = pair()
  bob.router.close()
  const messageId = alice.messages.send(B, Uint8Array.of(1))
  clock.advance(9_999)
  expect(alice.log).toEqual([])
  clock.advance(1)
  void link.close()
  clock.advance(20_000)
  expect(alice.log).toEqual([{ messageId, to: B, code: 'TIMEOUT' }])
})

test('when the link ends, what waits for a receipt fails at once', () => {
  const { clock, alice, link } = pair()
  const messageId = alice.messages.send(B, Uint8Array.of(1))
  void link.close()
  clock.advance(100)
  expect(alice.log).toEqual([{ messageId, to: B, code: 'NO_ROUTE' }])
})

test('while one link takes the place of another, a message waits for it', () => {
  const { clock, alice, bob, link, relink } = pair({ isAlone: () => false })
  const early = alice.messages.send(B, Uint8Array.of(1))
  void link.close()
  const late = alice.messages.send(B, Uint8Array.of(2))
  clock.advance(500)
  relink()
  clock.advance(1000)
  const arrived = bob.log as { messageId: string }[]
  expect(arrived.map(({ messageId }) => messageId)).toEqual([early, late])
  expect(alice.log).toHaveLength(2)
})

test('a message whose receipt was lost is sent again, and delivered once', () => {
  const { clock, alice, bob } = pair()
  const send = bob.transport.send.bind(bob.transport)
  let lost = 0
  bob.transport.send = (to, frame) => (lost++ === 0 ? 'sent' : send(to, frame))
  const messageId = alice.messages.send(B, Uint8Array.of(5))
  clock.advance(2999)
  expect([bob.log.length, alice.log.length, lost]).toEqual([1, 0, 1])
  clock.advance(100)
  expect(bob.log.length).toBe(1)
  expect(alice.log).toEqual([{ messageId, to: B, hops: 1, ms: 3020 }])
})

test('a congested link delivers in order, and what exceeds the limit fails as CONGESTED', () => {
  const { clock, alice, bob } = pair({ windowBytes: 1000, outstandingBytes: 10_000 })
  for (let index = 0; index < 20; index++) alice.messages.send(B, new Uint8Array(900).fill(index))
  clock.advance(5000)
  const codes = alice.log.map((event) => (event as { code?: string }).code ?? 'delivered')
  expect(codes.filter((code) => code === 'CONGESTED').length).toBe(9)
  expect(codes.filter((code) => code === 'delivered').length).toBe(11)
  expect(bob.log.map((event) => (event as { payload: number[] }).payload[0])).toEqual([
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
  ])
})

test('the largest payload just fits', () => {
  const { clock, alice, bob } = pair()
  const { maxPayloadBytes } = alice.messages
  expect(() => alice.messages.send(B, new Uint8Array(maxPayloadBytes + 1))).toThrow(RangeError)
  alice.messages.send(B, new Uint8Array(maxPayloadBytes))
  clock.advance(100)
  expect(bob.log.length).toBe(1)
})

test('a receipt from somebody else or for nothing counts for nothing, nor do other bytes', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 30 }), (frames) => {
      const { clock, alice, bob } = pair()
      for (const frame of frames) {
        alice.transport.send(B, frame)
        bob.transport.send(A, frame)
      }
      const messageId = alice.messages.send(B, Uint8Array.of(9))
      clock.advance(100)
      expect(bob.log.at(-1)).toMatchObject({ messageId })
    }),
    { numRuns: 100 },
  )
})

test('closing leaves no timer', () => {
  const { clock, alice, bob } = pair()
  alice.messages.send(B, Uint8Array.of(1))
  for (const { messages, router, neighbourhood } of [alice, bob]) {
    messages.close()
    router.close()
    neighbourhood.close()
  }
  clock.advance(100)
  expect(clock.pending).toBe(0)
})

describe('with envelopes', () => {
  /** Says so with one byte more, and spoils where the context is another. */
  const envelopes = (self: PeerId, keyless?: PeerId) => ({
    overheadBytes: 41,
    seal: async (payload: Uint8Array, to: PeerId, context: Uint8Array) => {
      await new Promise((resolve) => setTimeout(resolve, payload[0] ?? 0))
      if (to === keyless) return undefined
      return Uint8Array.of(...new TextEncoder().encode(to), sum(context), ...payload)
    },
    open: async (bytes: Uint8Array, _from: PeerId, context: Uint8Array) => {
      const isHere = new TextDecoder().decode(bytes.subarray(0, 40)) === self
      if (!isHere || bytes[40] !== sum(context)) return undefined
      return { payload: bytes.subarray(41), verified: true }
    },
  })
  const sum = (bytes: Uint8Array) => bytes.reduce((all, one) => (all + one) % 256, 0)
  const settle = () => new Promise((resolve) => setTimeout(resolve, 50))

  test('messages stay in order, however long each takes to seal', async () => {
    const { clock, alice, bob } = pair({ sealed: envelopes })
    const ids = [20, 1, 10].map((first) => alice.messages.send(B, Uint8Array.of(first)))
    await settle()
    clock.advance(100)
    await settle()
    expect(bob.log).toMatchObject(
      [20, 1, 10].map((first, at) => ({ messageId: ids[at], payload: [first], verified: true })),
    )
    expect(alice.log).toHaveLength(3)
  })

  test('rubbish under the number of a message keeps nothing out', async () => {
    const { clock, alice, bob } = pair({ sealed: envelopes })
    const messageId = alice.messages.send(B, Uint8Array.of(1))
    const [, epoch, number] = messageId.split('-').map((part) => Number.parseInt(part, 36))
    const header = new ByteWriter()
      .varuint(epoch as number)
      .varuint(number as number)
      .varuint(7)
    alice.router.send(B, 1, header.raw(new Uint8Array(60)).finish(), () => {})
    clock.advance(100)
    await settle()
    clock.advance(100)
    await settle()
    expect(bob.log).toMatchObject([{ messageId, payload: [1] }])
  })

  test('a message to whom nothing can be sealed fails', async () => {
    const { clock, alice } = pair({ sealed: (self) => envelopes(self, B) })
    const messageId = alice.messages.send(B, Uint8Array.of(1))
    await settle()
    clock.advance(1)
    expect(alice.log).toEqual([{ messageId, to: B, code: 'NO_ROUTE' }])
  })

  test('the largest payload leaves room for the envelope', () => {
    const sealed = pair({ sealed: envelopes }).alice.messages
    expect(sealed.maxPayloadBytes).toBe(pair().alice.messages.maxPayloadBytes - 41)
  })
})

test('envelopes wait in order, up to 1,024 and 4 MiB of them', async () => {
  const opening: (() => void)[] = []
  const open = (bytes: Uint8Array) =>
    new Promise<{ payload: Uint8Array; verified: boolean }>((resolve) =>
      opening.push(() => resolve({ payload: bytes, verified: true })),
    )
  const flood = async (count: number, bytes: number) => {
    const opener = new Opener({ overheadBytes: 0, seal: async () => undefined, open })
    let opened = 0
    for (let at = 0; at < count; at++) {
      opener.open(new Uint8Array(bytes), A, new Uint8Array(0), () => opened++)
    }
    for (let idle = 0; idle < 5; idle++) {
      await Promise.resolve()
      for (const go of opening.splice(0)) {
        go()
        idle = 0
      }
    }
    return opened
  }
  expect(await flood(2000, 1)).toBe(1024)
  expect(await flood(100, 64 * 1024)).toBe(64)
})
