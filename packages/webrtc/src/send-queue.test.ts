import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FakeChannel } from './fixtures/fake-engine.ts'
import { settle, VirtualClock } from './fixtures/virtual-clock.ts'
import { Kind, readFragment } from './fragments.ts'
import { Reassembler } from './reassembler.ts'
import { SendQueue } from './send-queue.ts'

const KIB = 1024

function queueOf(options: { fragmentBytes?: number; windowBytes?: number } = {}) {
  const channel = new FakeChannel()
  channel.open()
  const clock = new VirtualClock()
  const loose = new FakeChannel()
  loose.open()
  const counts = { drains: 0, failures: 0 }
  const queue = new SendQueue({
    channel,
    loose,
    clock,
    fragmentBytes: options.fragmentBytes ?? 16 * KIB,
    windowBytes: options.windowBytes ?? 128 * KIB,
    bufferBytes: 64 * KIB,
    drained: () => counts.drains++,
    failed: () => counts.failures++,
  })
  return { channel, loose, clock, counts, queue }
}

/** The frames in what was sent. */
function framesOf(sent: readonly Uint8Array[]): Uint8Array[] {
  const lanes = { prompt: new Reassembler(10_000_000), bulk: new Reassembler(10_000_000) }
  const frames: Uint8Array[] = []
  for (const message of sent) {
    const fragment = readFragment(message)
    if (fragment?.kind === 'batch') frames.push(...fragment.frames)
    if (fragment?.kind !== 'piece') continue
    const frame = lanes[fragment.lane].take(fragment.bytes, fragment.last)
    if (frame instanceof Uint8Array) frames.push(frame)
  }
  return frames
}

test('frames of any size leave whole, in order, in fragments of the size allowed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 5000 }), { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 1024, max: 4000 }),
      async (frames, fragmentBytes) => {
        const { channel, queue } = queueOf({ fragmentBytes, windowBytes: 1 << 20 })
        for (const frame of frames) {
          const scratch = frame.slice()
          expect(queue.send(scratch, 'prompt')).toBe('sent')
          scratch.fill(255)
        }
        await settle()
        expect(framesOf(channel.sent)).toEqual(frames)
        for (const { length } of channel.sent) expect(length).toBeLessThanOrEqual(fragmentBytes)
        expect(queue.outstandingBytes).toBe(0)
      },
    ),
  )
})

test('small frames of one turn leave in one message', async () => {
  const { channel, queue } = queueOf()
  for (let count = 0; count < 100; count++) queue.send(new Uint8Array(100), 'prompt')
  await settle()
  expect(channel.sent).toHaveLength(1)
  expect(framesOf(channel.sent)).toHaveLength(100)
})

test('the engine gets no more than its share, and the window ends what is taken', async () => {
  const { channel, queue } = queueOf()
  channel.holds = true
  let taken = 0
  while (queue.send(new Uint8Array(8 * KIB), 'prompt') === 'sent') taken++
  await settle()
  expect(taken).toBe(16)
  expect(channel.bufferedAmount).toBeLessThan(64 * KIB + 16 * KIB)
})

test('empty frames fill the window, too', () => {
  const { channel, queue } = queueOf()
  channel.holds = true
  let taken = 0
  while (queue.send(new Uint8Array(0), 'prompt') === 'sent') taken++
  expect(taken).toBe(4096)
})

test.each([
  ['an event', true],
  ['no event at all', false],
])('after congested a drain follows with %s from the engine', async (_name, event) => {
  const { channel, clock, counts, queue } = queueOf()
  channel.holds = true
  while (queue.send(new Uint8Array(8 * KIB), 'prompt') === 'sent');
  await settle()
  for (let round = 0; round < 3; round++) {
    expect(counts.drains).toBe(0)
    expect(queue.send(new Uint8Array(1), 'prompt')).toBe('congested')
    channel.bufferedAmount = 0
    if (event) channel.fire('bufferedamountlow')
    else await clock.pass(50)
    if (counts.drains > 0) break
  }
  expect(counts.drains).toBe(1)
  expect(queue.send(new Uint8Array(1), 'prompt')).toBe('sent')
})

test('the farewell leaves after everything that was taken', async () => {
  const { channel, clock, queue } = queueOf()
  channel.holds = true
  for (let count = 0; count < 12; count++) queue.send(new Uint8Array(10 * KIB), 'prompt')
  queue.finish(Uint8Array.of(3, 0))
  await settle()
  expect(channel.sent.at(-1)).not.toEqual(Uint8Array.of(3, 0))
  channel.bufferedAmount = 0
  await clock.pass(50)
  expect(channel.sent.at(-1)).toEqual(Uint8Array.of(3, 0))
  expect(framesOf(channel.sent)).toHaveLength(12)
})

test('a channel that refuses ends the queue once, without a timer left', async () => {
  const { channel, clock, counts, queue } = queueOf()
  channel.readyState = 'closing'
  queue.send(new Uint8Array(10), 'prompt')
  queue.sendNow(Uint8Array.of(5))
  await settle()
  expect(counts.failures).toBe(1)
  expect(clock.pending).toBe(0)
})

const filled = (bytes: number, value: number) => new Uint8Array(bytes).fill(value)

test('prompt frames leave before bulk ones, also between the pieces of one', async () => {
  const { channel, queue } = queueOf({ fragmentBytes: 1024 })
  queue.useLanes()
  channel.bufferedAmount = 50 * KIB
  queue.send(filled(3000, 1), 'bulk')
  queue.send(filled(10, 2), 'bulk')
  await settle()
  expect(channel.sent).toHaveLength(0)
  queue.send(filled(20, 3), 'prompt')
  await settle()
  expect(framesOf(channel.sent)).toEqual([filled(20, 3)])
  channel.bufferedAmount = 47 * KIB
  channel.holds = true
  channel.fire('bufferedamountlow')
  expect(channel.sent).toHaveLength(2)
  queue.send(filled(2000, 4), 'prompt')
  await settle()
  channel.holds = false
  channel.bufferedAmount = 0
  channel.fire('bufferedamountlow')
  expect(framesOf(channel.sent)).toEqual([
    ...[filled(20, 3), filled(2000, 4), filled(3000, 1), filled(10, 2)],
  ])
})

test('bulk gets a turn now and then, however much is prompt', async () => {
  const { channel, queue } = queueOf({ fragmentBytes: 1024, windowBytes: 1 << 20 })
  queue.useLanes()
  queue.send(filled(500, 1), 'bulk')
  for (let count = 0; count < 40; count++) queue.send(filled(1023, 2), 'prompt')
  await settle()
  const kinds = channel.sent.map(([kind]) => kind)
  expect(kinds.indexOf(Kind.bulkLast)).toBe(8)
})

test('bulk fills its window without taking that of prompt frames', async () => {
  const { channel, queue } = queueOf()
  queue.useLanes()
  channel.holds = true
  while (queue.send(filled(8 * KIB, 1), 'bulk') === 'sent') await settle()
  expect(channel.bufferedAmount).toBeLessThanOrEqual(48 * KIB + 16 * KIB)
  let taken = 0
  while (queue.send(filled(8 * KIB, 2), 'prompt') === 'sent') taken++
  expect(taken).toBeGreaterThanOrEqual(8)
  expect(queue.outstandingBytes).toBeLessThan(2 * 128 * KIB + 2 * 8 * KIB)
})

test('frames taken before the other side said it knows lanes are not overtaken', async () => {
  const { channel, queue } = queueOf()
  queue.send(filled(1, 1), 'bulk')
  queue.useLanes()
  queue.send(filled(2, 2), 'bulk')
  await settle()
  queue.send(filled(3, 3), 'bulk')
  queue.send(filled(4, 4), 'prompt')
  await settle()
  const frames = [filled(1, 1), filled(2, 2), filled(4, 4), filled(3, 3)]
  expect(framesOf(channel.sent)).toEqual(frames)
})

test('loose frames have a channel of their own, if both sides know it and they fit', async () => {
  const { channel, loose, queue } = queueOf({ fragmentBytes: 1024 })
  queue.send(filled(1, 1), 'loose')
  await settle()
  expect(framesOf(channel.sent)).toEqual([filled(1, 1)])
  queue.useLanes()
  queue.send(filled(1023, 2), 'loose')
  queue.send(filled(1024, 3), 'loose')
  await settle()
  expect(framesOf(loose.sent)).toEqual([filled(1023, 2)])
  expect(framesOf(channel.sent)).toEqual([filled(1, 1), filled(1024, 3)])
  loose.bufferedAmount = 64 * KIB
  expect(queue.send(filled(1, 1), 'loose')).toBe('congested')
})
