import type { Signal } from '@pigeon/transport'
import { ManualClock } from '@pigeon/transport/testing'
import type { PeerId } from '@pigeon/xor'
import { expect, test } from 'vitest'
import { MAX_SIGNALS } from './messages.ts'
import { SignalOutbox } from './signal-outbox.ts'

const [A, B] = ['a'.repeat(40) as PeerId, 'b'.repeat(40) as PeerId]
const signal = (sdp: string): Signal => ({ type: 'offer', connection: 'c0ffee', sdp })

function outbox() {
  const clock = new ManualClock()
  const sent: string[] = []
  const box = new SignalOutbox(clock, (to, signals) => {
    sent.push(
      `${to[0]} ${signals.map((one) => (one.type === 'candidate' ? '' : one.sdp)).join('')}`,
    )
  })
  return { clock, box, sent }
}

test('what comes within 40 ms of each other goes to each peer in one message, in order', () => {
  const { clock, box, sent } = outbox()
  for (const sdp of '123') box.add(A, signal(sdp))
  box.add(B, signal('4'))
  clock.advance(39)
  expect(sent).toEqual([])
  clock.advance(1)
  expect(sent).toEqual(['a 123', 'b 4'])
  box.add(A, signal('5'))
  clock.advance(40)
  expect(sent.at(-1)).toBe('a 5')
  expect(clock.pending).toBe(0)
})

test('nothing waits longer than 100 ms for what comes after it', () => {
  const { clock, box, sent } = outbox()
  for (const sdp of '12345') {
    box.add(A, signal(sdp))
    clock.advance(30)
  }
  expect(sent).toEqual(['a 1234'])
  clock.advance(10)
  expect([sent, clock.pending]).toEqual([['a 1234', 'a 5'], 0])
})

test('a message has a limit, and a closed box sends nothing', () => {
  const { clock, box, sent } = outbox()
  for (let n = 0; n <= MAX_SIGNALS; n++) box.add(A, signal('x'))
  expect(sent).toEqual([`a ${'x'.repeat(MAX_SIGNALS)}`])
  box.close()
  clock.advance(100)
  expect([sent.length, clock.pending]).toEqual([1, 0])
})
