import { sha256 } from '@noble/hashes/sha2.js'
import type { Transport } from '@pigeon/transport'
import { seededRandom } from '@pigeon/transport/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type MemoryPeer, MemoryPeers } from '../fixtures/memory-peers.ts'
import { type ByteSource, StreamSource, seekableSource } from './byte-source.ts'
import { encodeFileFrame, type FileFrame } from './file-frames.ts'
import type { FileLimits } from './file-limits.ts'
import { FileTransfers } from './file-transfers.ts'
import type { Incoming } from './incoming.ts'
import type { Outgoing } from './outgoing.ts'

const MIB = 2 ** 20
const PROTOCOL = 'pigeon/files/1'

interface Side {
  readonly peer: MemoryPeer
  readonly transfers: FileTransfers
  readonly offers: Incoming[]
  readonly wanted: string[]
  readonly listener: { isThere: boolean }
  /** Blocks that were hashed. */
  readonly hashed: { blocks: number }
  send(to: Side, source: ByteSource, name?: string): Outgoing
}

function side(
  world: MemoryPeers,
  peer: MemoryPeer,
  seed: number,
  limits: Partial<FileLimits>,
): Side {
  const offers: Incoming[] = []
  const wanted: string[] = []
  const listener = { isThere: true }
  const hashed = { blocks: 0 }
  const transfers = new FileTransfers({
    ...limits,
    transport: peer.open(PROTOCOL),
    clock: world.clock,
    random: seededRandom(seed),
    digest: async (bytes) => {
      hashed.blocks++
      return sha256(bytes)
    },
    wanted: (id) => wanted.push(id),
    offered: (incoming) => {
      if (listener.isThere) offers.push(incoming)
      return listener.isThere
    },
  })
  const send = (to: Side, source: ByteSource, name = 'a.bin') =>
    transfers.send(to.peer.id, { name, type: 'x/y' }, source)
  return { peer, transfers, offers, wanted, listener, hashed, send }
}

interface PairOptions extends Partial<FileLimits> {
  linkWindowBytes?: number
}

function pair({ linkWindowBytes, ...limits }: PairOptions = {}) {
  const world = new MemoryPeers(
    linkWindowBytes === undefined ? {} : { windowBytes: linkWindowBytes },
  )
  const alice = side(world, world.add('alice'), 1, limits)
  const bob = side(world, world.add('bob'), 2, limits)
  const link = () => world.link(alice.peer, bob.peer)
  return { world, clock: world.clock, alice, bob, link }
}

/** Bob's end against frames a test makes up. */
function attacked(limits: Partial<FileLimits> = {}) {
  const world = new MemoryPeers()
  const mallory = world.add('mallory')
  const bob = side(world, world.add('bob'), 2, limits)
  const transport: Transport = mallory.open(PROTOCOL)
  world.link(mallory, bob.peer)
  const heard: number[][] = []
  transport.on('frame', (_, frame) => heard.push([...frame]))
  const say = (frame: FileFrame) => {
    transport.send(bob.peer.id, encodeFileFrame(frame))
    world.clock.advance(20)
  }
  const offer = (number: number, size?: number) =>
    say({ kind: 'offer', id: idOf(number), size, name: 'x', type: '' })
  return { world, clock: world.clock, bob, transport, say, offer, heard }
}

const idOf = (number: number) => number.toString(16).padStart(16, '0')

const pattern = (bytes: number) => new Uint8Array(bytes).map((_, at) => (at * 31 + (at >> 8)) & 255)

const fromBytes = (bytes: Uint8Array) =>
  seekableSource(bytes.length, async (start, end) => bytes.subarray(start, end))

const fromStream = (bytes: Uint8Array, chunkBytes = 10_000) => {
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes)
  }
  return new StreamSource(chunks(), undefined)
}

/** Reads to the end. */
async function collect(incoming: Incoming): Promise<Uint8Array> {
  const blocks: Uint8Array[] = []
  for (let block = await incoming.read(); block; block = await incoming.read()) blocks.push(block)
  incoming.finish()
  return Buffer.concat(blocks)
}

const endOf = (transfer: Incoming | Outgoing) =>
  new Promise<string>((resolve) => transfer.on('ended', (error) => resolve(error?.code ?? 'ok')))

/** Lets time pass in small steps, and promises run in between. */
async function run(clock: { advance(ms: number): void }, ms: number, stepMs = 5): Promise<void> {
  for (let at = 0; at < ms; at += stepMs) {
    clock.advance(stepMs)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

const isEqual = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0

test.each([0, 1, 16_320, 300_000])('a file of %i bytes arrives as it was', async (bytes) => {
  const { clock, alice, bob, link } = pair()
  link()
  const data = pattern(bytes)
  const outgoing = alice.send(bob, fromBytes(data), 'one.txt')
  const sent = endOf(outgoing)
  clock.advance(20)
  const [incoming] = bob.offers as [Incoming]
  expect(incoming.info).toMatchObject({ name: 'one.txt', type: 'x/y', size: bytes })
  incoming.accept()
  const got = collect(incoming)
  await run(clock, 500)
  expect(isEqual(await got, data)).toBe(true)
  expect(await sent).toBe('ok')
  expect(outgoing.progress).toMatchObject({ bytes, total: bytes })
  expect([alice.transfers.size, bob.transfers.size]).toEqual([0, 0])
})

test.each(['bytes', 'stream'] as const)(
  'from %s, a link that is cut four times in the middle resumes, and the hash is right',
  async (kind) => {
    const { clock, alice, bob, link } = pair({ linkWindowBytes: 64 * 1024 })
    const data = pattern(3 * MIB)
    let cut = link()
    const sent = endOf(alice.send(bob, kind === 'bytes' ? fromBytes(data) : fromStream(data)))
    clock.advance(20)
    const [incoming] = bob.offers as [Incoming]
    incoming.accept()
    const got = collect(incoming)
    for (let times = 0; times < 4; times++) {
      await run(clock, 50 + times * 17)
      expect(incoming.bytes).toBeLessThan(data.length)
      cut()
      await run(clock, 5000, 500)
      expect(alice.wanted).toContain(bob.peer.id)
      cut = link()
    }
    await run(clock, 2000)
    expect(isEqual(await got, data)).toBe(true)
    expect([await sent, bob.offers.length]).toEqual(['ok', 1])
  },
)

test('a reader that stops holds up the sender within windowBytes', async () => {
  const windowBytes = 256 * 1024
  const { clock, alice, bob, link } = pair({ windowBytes })
  link()
  alice.send(bob, fromStream(pattern(4 * MIB)))
  clock.advance(20)
  const [incoming] = bob.offers as [Incoming]
  incoming.accept()
  await run(clock, 1000)
  expect(incoming.bytes).toBe(windowBytes)
  await incoming.read()
  await incoming.read()
  await run(clock, 1000)
  expect(incoming.bytes).toBeGreaterThan(windowBytes)
  expect(incoming.bytes).toBeLessThanOrEqual(windowBytes + 128 * 1024)
})

test('several files share a link fairly', async () => {
  const { clock, alice, bob, link } = pair({ linkWindowBytes: 64 * 1024 })
  link()
  for (let file = 0; file < 4; file++) alice.send(bob, fromBytes(pattern(4 * MIB)))
  clock.advance(20)
  for (const incoming of bob.offers) {
    incoming.accept()
    void collect(incoming).catch(() => {})
  }
  await run(clock, 500)
  const bytes = bob.offers.map((incoming) => incoming.bytes)
  expect(Math.min(...bytes)).toBeGreaterThan(100_000)
  expect(Math.max(...bytes) - Math.min(...bytes)).toBeLessThan(70_000)
})

test.each(['sender', 'receiver'] as const)(
  'the %s cancels, and both are rid of it',
  async (who) => {
    const { clock, alice, bob, link } = pair({ linkWindowBytes: 32 * 1024 })
    link()
    let isClosed = false
    const close = () => {
      isClosed = true
    }
    const source = { ...fromBytes(pattern(MIB)), close }
    const outgoing = alice.send(bob, source)
    clock.advance(20)
    const [incoming] = bob.offers as [Incoming]
    incoming.accept()
    await run(clock, 40)
    const [sent, got] = [endOf(outgoing), endOf(incoming)]
    const canceller = who === 'sender' ? outgoing : incoming
    canceller.stop('CANCELLED', 'enough')
    await run(clock, 100)
    expect([await sent, await got]).toEqual(['CANCELLED', 'CANCELLED'])
    expect([alice.transfers.size, bob.transfers.size, isClosed]).toEqual([0, 0, true])
    await expect(incoming.read()).rejects.toMatchObject({ message: 'enough' })
  },
)

test('offers end: refused, nobody there, unanswered, and no link', async () => {
  const { clock, alice, bob, link } = pair({ offerTimeoutMs: 5000, linkTimeoutMs: 3000 })
  const unlinked = endOf(alice.send(bob, fromBytes(pattern(1))))
  expect(alice.wanted).toEqual([bob.peer.id])
  clock.advance(3100)
  expect(await unlinked).toBe('NOT_LINKED')
  link()
  const refused = endOf(alice.send(bob, fromBytes(pattern(1))))
  clock.advance(20)
  bob.offers[0]?.stop('REJECTED', 'no')
  clock.advance(20)
  expect(await refused).toBe('REJECTED')
  const unanswered = endOf(alice.send(bob, fromBytes(pattern(1))))
  clock.advance(7000)
  expect([await unanswered, bob.transfers.size]).toEqual(['TIMEOUT', 0])
  bob.listener.isThere = false
  const alone = endOf(alice.send(bob, fromBytes(pattern(1))))
  clock.advance(50)
  expect([await alone, alice.transfers.size, bob.transfers.size]).toEqual(['NOBODY', 0, 0])
})

test('a link that stays away ends both sides after resumeMs', async () => {
  const { clock, alice, bob, link } = pair({ resumeMs: 10_000 })
  const cut = link()
  const sent = endOf(alice.send(bob, fromBytes(pattern(MIB))))
  clock.advance(20)
  const [incoming] = bob.offers as [Incoming]
  incoming.accept()
  cut()
  const got = endOf(incoming)
  clock.advance(9000)
  expect(bob.transfers.size).toBe(1)
  clock.advance(3000)
  expect([await sent, await got]).toEqual(['PEER_GONE', 'PEER_GONE'])
})

test('a receiver that forgot what it had gets bytes again, but not a stream', async () => {
  const { clock, world, alice, bob, link } = pair({ windowBytes: 128 * 1024 })
  const cut = link()
  const data = pattern(2 * MIB)
  const sent = [
    endOf(alice.send(bob, fromBytes(data), 'bytes')),
    endOf(alice.send(bob, fromStream(pattern(MIB * 3)), 'stream')),
  ]
  clock.advance(20)
  for (const incoming of bob.offers) {
    incoming.accept()
    void collect(incoming).catch(() => {})
  }
  await run(clock, 200)
  expect(bob.offers.every(({ bytes }) => bytes > 256 * 1024)).toBe(true)
  cut()
  bob.transfers.close()
  const reborn = world.add('bob')
  const again = side(world, reborn, 3, {})
  world.link(alice.peer, reborn)
  clock.advance(50)
  expect(again.offers.length).toBe(2)
  const byName = again.offers.sort((a, b) => (a.info.name < b.info.name ? -1 : 1))
  const got = byName.map((incoming) => {
    incoming.accept()
    return collect(incoming).catch((error) => error.code)
  })
  await run(clock, 1000)
  expect(isEqual((await got[0]) as Uint8Array, data)).toBe(true)
  expect([await got[1], await sent[0], await sent[1]]).toEqual([
    'CANNOT_RESUME',
    'ok',
    'CANNOT_RESUME',
  ])
})

test('a source that fails, or is not as long as it says, ends the transfer', async () => {
  const { clock, alice, bob, link } = pair()
  link()
  const failing = seekableSource(1000, async () => Promise.reject(new Error('disk')))
  const short = seekableSource(1000, async () => new Uint8Array(10))
  const ends = [endOf(alice.send(bob, failing)), endOf(alice.send(bob, short))]
  clock.advance(20)
  for (const incoming of bob.offers) incoming.accept()
  await run(clock, 100)
  expect(await Promise.all(ends)).toEqual(['SOURCE_FAILED', 'SIZE_MISMATCH'])
})

test('beyond maxTransfers and maxTransfersPerPeer it is BUSY', async () => {
  const { clock, alice, bob, link } = pair({ maxTransfers: 3, maxTransfersPerPeer: 2 })
  link()
  const ends = [1, 2, 3].map(() => endOf(alice.send(bob, fromBytes(pattern(1)))))
  expect(() => alice.send(bob, fromBytes(pattern(1)))).toThrow(
    expect.objectContaining({ code: 'BUSY' }),
  )
  clock.advance(50)
  expect([await ends[2], bob.transfers.size]).toEqual(['BUSY', 2])
})

test('offers without end never hold more than maxTransfersPerPeer, and time out', () => {
  const { clock, bob, offer } = attacked({ maxTransfersPerPeer: 4, offerTimeoutMs: 60_000 })
  for (let number = 0; number < 500; number++) offer(number, 10)
  expect([bob.offers.length, bob.transfers.size]).toEqual([4, 4])
  clock.advance(62_000)
  expect(bob.transfers.size).toBe(0)
})

test('behind the end nothing is taken, and another end is not looked at', async () => {
  const { bob, say, offer } = attacked()
  offer(1)
  const [incoming] = bob.offers as [Incoming]
  incoming.accept()
  const got = collect(incoming).catch((error) => error.code)
  const [id, chunk] = [idOf(1), Uint8Array.of(7)]
  say({ kind: 'data', id, offset: 0, chunk })
  const end = { kind: 'end', id, size: 1, hash: sha256(sha256(chunk)) } as const
  for (let count = 0; count < 100; count++) say(end)
  say({ kind: 'data', id, offset: 1, chunk })
  expect(await got).toBe('MALFORMED')
  expect(bob.hashed.blocks).toBe(1)
})

test('lies about size, place, hash and window end a transfer with a code', async () => {
  const lies: [string, (say: (frame: FileFrame) => void, id: string) => void][] = [
    [
      'SIZE_MISMATCH',
      (say, id) => say({ kind: 'data', id, offset: 0, chunk: new Uint8Array(101) }),
    ],
    ['SIZE_MISMATCH', (say, id) => say({ kind: 'end', id, size: 50, hash: new Uint8Array(32) })],
    ['MALFORMED', (say, id) => say({ kind: 'data', id, offset: 7, chunk: new Uint8Array(1) })],
    ['MALFORMED', (say, id) => say({ kind: 'data', id, offset: 0, chunk: new Uint8Array(0) })],
    [
      'HASH_MISMATCH',
      (say, id) => {
        say({ kind: 'data', id, offset: 0, chunk: new Uint8Array(100) })
        say({ kind: 'end', id, size: 100, hash: new Uint8Array(32) })
      },
    ],
  ]
  for (const [index, [code, lie]] of lies.entries()) {
    const { bob, say, offer } = attacked()
    offer(index, 100)
    const [incoming] = bob.offers as [Incoming]
    incoming.accept()
    const got = collect(incoming).catch((error) => error.code)
    lie(say, idOf(index))
    expect(await got).toBe(code)
    expect(bob.transfers.size).toBe(0)
  }
  const { bob, say, offer, clock } = attacked({ windowBytes: 64 * 1024, maxFileBytes: 300_000 })
  offer(1, 300_001)
  expect(bob.offers.length).toBe(0)
  offer(2)
  const [incoming] = bob.offers as [Incoming]
  incoming.accept()
  const end = endOf(incoming)
  for (let at = 0; at < 5; at++) {
    say({ kind: 'data', id: idOf(2), offset: at * 16_000, chunk: new Uint8Array(16_000) })
  }
  clock.advance(50)
  expect(await end).toBe('MALFORMED')
})

test('a receiver that lies about what it has is left alone', async () => {
  const { world, bob, transport } = attacked()
  const ids: string[] = []
  transport.on('frame', (_, frame) => {
    ids.push(Buffer.from(frame.subarray(1, 9)).toString('hex'))
  })
  const to = transport.self
  const lies: ((id: string) => FileFrame[])[] = [
    (id) => [{ kind: 'accept', id, offset: 5, limit: 10 }],
    (id) => [
      { kind: 'accept', id, offset: 0, limit: 10 },
      { kind: 'credit', id, used: 99, limit: 200 },
    ],
  ]
  for (const lie of lies) {
    const outgoing = bob.transfers.send(to, { name: 'x', type: '' }, fromBytes(pattern(100)))
    const end = endOf(outgoing)
    world.clock.advance(20)
    for (const frame of lie(ids.at(-1) as string))
      transport.send(bob.peer.id, encodeFileFrame(frame))
    world.clock.advance(20)
    expect(await end).toBe('MALFORMED')
  }
})

test('one that falls silent in the middle ends after stallMs, one that is only slow does not', async () => {
  const { clock, bob, offer } = attacked({ stallMs: 8000 })
  offer(1, 1000)
  const [silent] = bob.offers as [Incoming]
  silent.accept()
  const end = endOf(silent)
  clock.advance(10_000)
  expect(await end).toBe('TIMEOUT')
  const slow = pair({ stallMs: 8000 })
  slow.link()
  slow.alice.send(slow.bob, fromBytes(pattern(3 * MIB)))
  slow.clock.advance(20)
  slow.bob.offers[0]?.accept()
  await run(slow.clock, 60_000, 500)
  expect([slow.alice.transfers.size, slow.bob.transfers.size]).toEqual([1, 1])
})

test('any bytes from a neighbour are dropped, and a file still arrives', async () => {
  const { clock, bob, transport, world } = attacked({ maxTransfersPerPeer: 4 })
  fc.assert(
    fc.property(fc.nat(9), fc.nat(3), fc.uint8Array({ maxLength: 60 }), (kind, id, bytes) => {
      transport.send(bob.peer.id, Uint8Array.of(kind, 0, 0, 0, 0, 0, 0, 0, id, ...bytes))
      transport.send(bob.peer.id, bytes)
      clock.advance(20)
    }),
    { numRuns: 1000 },
  )
  expect(bob.transfers.size).toBeLessThanOrEqual(4)
  expect(bob.transfers.rejected).toBeGreaterThan(500)
  const alice = side(world, world.add('alice'), 1, {})
  world.link(alice.peer, bob.peer)
  const data = pattern(1000)
  alice.send(bob, fromBytes(data))
  clock.advance(20)
  const incoming = bob.offers.at(-1) as Incoming
  incoming.accept()
  const got = collect(incoming)
  await run(clock, 100)
  expect(isEqual(await got, data)).toBe(true)
})

test('closing ends every transfer, and begins none', async () => {
  const { clock, alice, bob, link } = pair()
  link()
  const sent = endOf(alice.send(bob, fromBytes(pattern(1))))
  clock.advance(20)
  alice.transfers.close()
  expect([await sent, alice.transfers.size]).toEqual(['CLOSED', 0])
  expect(() => alice.send(bob, fromBytes(pattern(1)))).toThrow(
    expect.objectContaining({ code: 'CLOSED' }),
  )
})

test('limits out of range are refused by name', () => {
  expect(() => pair({ windowBytes: 1 })).toThrow(/windowBytes/)
  expect(() => pair({ chunkBytes: 2 ** 30 })).toThrow(/chunkBytes/)
})
