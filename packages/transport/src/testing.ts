/**
 * The cases every {@link Transport} must pass, as two halves that meet only through the transport
 * under test: they may run in one process, or in two browsers, or in virtual time.
 * @module
 */
import type { PeerId } from '@pigeon/xor'
import type { CloseReason, SendResult, Transport } from './contracts.ts'

/** What one half of a case is given. */
export interface ContractSide {
  /** With {@link peer} as its neighbour by the time the half begins. */
  readonly transport: Transport
  /** The other half. */
  readonly peer: PeerId
  /** Everything that arrived from {@link peer}, from {@link observe}. */
  readonly frames: readonly Uint8Array[]
  /** The reasons of all `down` events of {@link peer}, from {@link observe}. */
  readonly downs: readonly CloseReason[]
  /** Lets time pass until `check` holds; fails saying `what` after a time of the harness's choice. */
  until(check: () => boolean, what: string): Promise<void>
  /** Closes the link to the other half properly. */
  close(): Promise<void>
}

/**
 * Starts to record what a half will look at. A harness calls it before the link can open, since
 * the other half may begin first.
 */
export function observe(
  transport: Transport,
  peer: PeerId,
): { readonly frames: Uint8Array[]; readonly downs: CloseReason[] } {
  const frames: Uint8Array[] = []
  const downs: CloseReason[] = []
  transport.on('frame', (from, frame) => {
    if (from === peer) frames.push(frame)
  })
  transport.on('down', (who, reason) => {
    if (who === peer) downs.push(reason)
  })
  return { frames, downs }
}

/** One promise of the contract. Both halves run at once, on a fresh link. */
export interface ContractCase {
  readonly name: string
  alice(side: ContractSide): Promise<void>
  bob(side: ContractSide): Promise<void>
}

/** The cases in the order in which they build on each other. */
export const transportContract: readonly ContractCase[] = [
  both('each side has the other as neighbour', async ({ transport, peer }) => {
    expect(transport.neighbours.has(peer), 'the peer is among the neighbours')
    expect(!transport.neighbours.has(transport.self), 'self is not')
    expect(transport.maxFrameBytes >= 16 * 1024, 'frames of 16 KiB fit')
  }),
  {
    name: 'frames of any size arrive whole, once and in order, and belong to the receiver',
    async alice(side) {
      const frames = ofAllSizes(side.transport.maxFrameBytes)
      for (const frame of frames) await deliver(side, frame)
      await done(side)
    },
    async bob(side) {
      const frames = ofAllSizes(side.transport.maxFrameBytes)
      await side.until(() => side.frames.length >= frames.length, 'all sizes arrive')
      for (const [index, frame] of frames.entries()) {
        expect(same(side.frames[index], frame), `frame ${index} of ${frame.length} bytes is whole`)
      }
      await deliver(side, DONE)
    },
  },
  {
    name: 'the sender may reuse its bytes, and a view sends only what it shows',
    async alice(side) {
      const scratch = new Uint8Array(4096)
      for (let round = 0; round < 50; round++) {
        scratch.fill(round)
        await deliver(side, scratch.subarray(10, 110))
        scratch.fill(255)
      }
      await done(side)
    },
    async bob(side) {
      await side.until(() => side.frames.length >= 50, '50 frames arrive')
      for (let round = 0; round < 50; round++) {
        const wanted = new Uint8Array(100).fill(round)
        expect(same(side.frames[round], wanted), `frame ${round} is unharmed`)
      }
      await deliver(side, DONE)
    },
  },
  {
    name: 'a frame above the limit is refused and the link lives on',
    async alice(side) {
      const { transport, peer } = side
      const result = transport.send(peer, new Uint8Array(transport.maxFrameBytes + 1))
      expect(result === 'too-large', `send answers too-large, not ${result}`)
      await deliver(side, DONE)
      await done(side)
    },
    async bob(side) {
      await side.until(() => side.frames.length > 0, 'the next frame arrives')
      expect(same(side.frames[0], DONE), 'and it is the only one')
      await deliver(side, DONE)
    },
  },
  both('a stranger is gone', async ({ transport }) => {
    const stranger = '0123456789abcdef0123456789abcdef01234567' as PeerId
    const result = transport.send(stranger, DONE)
    expect(result === 'gone', `send answers gone, not ${result}`)
  }),
  {
    name: 'a flood is held back, what was taken arrives in order, and drain follows',
    async alice(side) {
      const { transport, peer } = side
      let drains = 0
      transport.on('drain', (who) => {
        if (who === peer) drains++
      })
      const frame = new Uint8Array(8192)
      let sent = 0
      let result: SendResult = 'sent'
      // Without waiting: no transport may take 64 MiB into its buffers.
      while (sent < 8192) {
        stamp(frame, sent)
        result = transport.send(peer, frame)
        if (result !== 'sent') break
        sent++
      }
      expect(result === 'congested', `64 MiB at once answer congested, not ${result}`)
      await side.until(() => drains > 0, 'drain follows')
      for (; sent < 1000; sent++) {
        stamp(frame, sent)
        await deliver(side, frame)
      }
      await deliver(side, DONE)
      await done(side)
    },
    async bob(side) {
      await side.until(() => isDone(side), 'the flood ends')
      const flood = side.frames.slice(0, -1)
      expect(flood.length >= 1000, `1000 frames or more arrive, not ${flood.length}`)
      expect(
        flood.every((frame, index) => readStamp(frame) === index),
        'in order',
      )
      await deliver(side, DONE)
    },
  },
  {
    name: 'a listener may send, and a removed one does not run',
    async alice(side) {
      await side.until(() => side.frames.length > 0, 'the other side listens')
      await deliver(side, Uint8Array.of(1))
      await side.until(() => isDone(side), '20 answers and the end arrive')
      expect(side.frames.length === 22, `22 frames arrive, not ${side.frames.length}`)
      for (let answer = 0; answer < 20; answer++) {
        expect(same(side.frames[answer + 1], Uint8Array.of(answer)), `answer ${answer} is in order`)
      }
      await deliver(side, DONE)
    },
    async bob(side) {
      const { transport, peer } = side
      let removedRan = false
      const remove = transport.on('frame', () => {
        removedRan = true
      })
      remove()
      transport.on('frame', (_from, frame) => {
        if (frame.length !== 1) return
        for (let answer = 0; answer < 20; answer++) transport.send(peer, Uint8Array.of(answer))
        transport.send(peer, DONE)
      })
      await deliver(side, new Uint8Array(2))
      await side.until(() => isDone(side), 'the other side has all')
      expect(!removedRan, 'the removed listener is silent')
    },
  },
  {
    name: 'what was sent before a close arrives, then both sides are down once',
    async alice(side) {
      const { transport, peer } = side
      for (let round = 0; round < 200; round++) await deliver(side, pattern(1000, round))
      await side.close()
      await side.until(() => side.downs.length > 0, 'down is emitted')
      expect(side.downs[0] === 'local', `the reason is local, not ${side.downs[0]}`)
      expect(!transport.neighbours.has(peer), 'the peer is no neighbour any more')
      const result = transport.send(peer, DONE)
      expect(result === 'gone', `send answers gone, not ${result}`)
      await side.close()
      expect(side.downs.length === 1, 'down is emitted once')
    },
    async bob(side) {
      const { transport, peer } = side
      await side.until(() => side.downs.length > 0, 'down is seen')
      expect(side.frames.length === 200, `200 frames arrive first, not ${side.frames.length}`)
      expect(side.downs[0] === 'bye', `the reason is bye, not ${side.downs[0]}`)
      expect(!transport.neighbours.has(peer), 'the peer is no neighbour any more')
      expect(transport.send(peer, DONE) === 'gone', 'send answers gone')
    },
  },
]

export { ManualClock } from './manual-clock.ts'
export { seededRandom } from './seeded-random.ts'

const DONE = Uint8Array.of(222, 173, 190)

function both(name: string, check: (side: ContractSide) => Promise<void>): ContractCase {
  const half = async (side: ContractSide) => {
    await check(side)
    await deliver(side, DONE)
    await done(side)
  }
  return { name, alice: half, bob: half }
}

async function deliver({ transport, peer, until }: ContractSide, frame: Uint8Array): Promise<void> {
  await until(() => {
    const result = transport.send(peer, frame)
    if (result !== 'sent' && result !== 'congested') throw new Error(`send answered ${result}`)
    return result === 'sent'
  }, 'the window opens')
}

const isDone = ({ frames }: ContractSide): boolean => same(frames[frames.length - 1], DONE)

/** Waits for the other half's DONE, so that no side closes the link under the other. */
async function done(side: ContractSide): Promise<void> {
  await side.until(() => isDone(side), 'the other side is done')
}

function ofAllSizes(maxBytes: number): Uint8Array[] {
  const sizes = [0, 1, 2, 255, 256, 1200, 16_383, 16_384, 16_385, maxBytes, 5]
  return sizes.map((size, index) => pattern(size, index))
}

function pattern(size: number, seed: number): Uint8Array {
  return Uint8Array.from(
    { length: size },
    (_, index) => (index * 31 + seed * 17 + (index >> 8)) & 255,
  )
}

function stamp(frame: Uint8Array, value: number): void {
  new DataView(frame.buffer, frame.byteOffset).setUint32(0, value)
}

function readStamp(frame: Uint8Array): number {
  return new DataView(frame.buffer, frame.byteOffset).getUint32(0)
}

function same(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && a.length === b.length && a.every((byte, index) => byte === b[index])
}

function expect(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`contract broken: ${what}`)
}
