import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FakeChannel } from './fixtures/fake-engine.ts'
import { settle, VirtualClock } from './fixtures/virtual-clock.ts'
import { readFragment } from './fragments.ts'
import { Reassembler } from './reassembler.ts'
import { SendQueue } from './send-queue.ts'

const KIB = 1024

function queueOf(options: { fragmentBytes?: number; windowBytes?: number } = {}) {
  const channel = new FakeChannel()
  channel.open()
  const clock = new VirtualClock()
  const counts = { drains: 0, failures: 0 }
  const queue = new SendQueue({
    channel,
    clock,
    fragmentBytes: options.fragmentBytes ?? 16 * KIB,
    windowBytes: options.windowBytes ?? 128 * KIB,
    bufferBytes: 64 * KIB,
    drained: () => counts.drains++,
    failed: () => counts.failures++,
  })
  return { channel, clock, counts, queue }
}

/** The frames in what was sent. */
function framesOf(sent: readonly Uint8Array[]): Uint8Array[] {
  const reassembler = new Reassembler(10_000_000)
  const frames: Uint8Array[] = []
  for (const message of sent) {
    const fragment = readFragment(message)
    if (fragment?.kind === 'batch') frames.push(...fragment.frames)
    if (fragment?.kind !== 'piece') continue
    const frame = reassembler.take(fragment.bytes, fragment.last)
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
          expect(queue.send(scratch)).toBe('sent')
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
  for (let count = 0; count < 100; count++) queue.send(new Uint8Array(100))
  await settle()
  expect(channel.sent).toHaveLength(1)
  expect(framesOf(channel.sent)).toHaveLength(100)
})

test('the engine gets no more than its share, and the window ends what is taken', async () => {
  const { channel, queue } = queueOf()
  channel.holds = true
  let taken = 0
  while (queue.send(new Uint8Array(8 * KIB)) === 'sent') taken++
  await settle()
  expect(taken).toBe(16)
  expect(channel.bufferedAmount).toBeLessThan(64 * KIB + 16 * KIB)
})

test('empty frames fill the window, too', () => {
  const { channel, queue } = queueOf()
  channel.holds = true
  let taken = 0
  while (queue.send(new Uint8Array(0)) === 'sent') taken++
  expect(taken).toBe(4096)
})

test.each([
  ['an event', true],
  ['no event at all', false],
])('after congested a drain follows with %s from the engine', async (_name, event) => {
  const { channel, clock, counts, queue } = queueOf()
  channel.holds = true
  while (queue.send(new Uint8Array(8 * KIB)) === 'sent');
  await settle()
  for (let round = 0; round < 3; round++) {
    expect(counts.drains).toBe(0)
    expect(queue.send(new Uint8Array(1))).toBe('congested')
    channel.bufferedAmount = 0
    if (event) channel.fire('bufferedamountlow')
    else await clock.pass(50)
    if (counts.drains > 0) break
  }
  expect(counts.drains).toBe(1)
  expect(queue.send(new Uint8Array(1))).toBe('sent')
})

test('the farewell leaves after everything that was taken', async () => {
  const { channel, clock, queue } = queueOf()
  channel.holds = true
  for (let count = 0; count < 12; count++) queue.send(new Uint8Array(10 * KIB))
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
  queue.send(new Uint8Array(10))
  queue.sendNow(Uint8Array.of(5))
  await settle()
  expect(counts.failures).toBe(1)
  expect(clock.pending).toBe(0)
})
