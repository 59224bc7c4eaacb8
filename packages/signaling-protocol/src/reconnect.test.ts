import { expect, test } from 'vitest'
import { HubStub } from '../test/hub-stub.ts'
import type { ErrorCode } from './codes.ts'
import { CLOSE_CODES } from './codes.ts'

test('M2 a lost connection is made again, with the session of the last WELCOME', () => {
  const stub = new HubStub().start()
  stub.caller.socket.cut()
  stub.clock.advance(1000)
  expect(stub.events).toEqual([
    'connected ws://one',
    'disconnected ws://one 1006 retry',
    'connected ws://one',
  ])
  expect(stub.callers[1]?.received[0]).toMatchObject({ type: 'hello', session: 'a'.repeat(32) })
})

test('M2 a HELLO whose WELCOME was lost comes again with the same session', () => {
  const stub = new HubStub()
  stub.answers = false
  stub.start()
  stub.caller.socket.cut()
  stub.clock.advance(1000)
  const sessions = stub.callers.map(({ received }) => (received[0] as { session: string }).session)
  expect(sessions).toHaveLength(2)
  expect(sessions[0]).toBe(sessions[1])
})

test('M2 each hub gets a session of its own', () => {
  const stub = new HubStub({ urls: ['ws://one', 'ws://two'] })
  stub.answers = false
  stub.onCall = ({ socket }) => {
    socket.on('message', () => socket.cut())
  }
  stub.start()
  stub.clock.advance(2000)
  const [one, two] = stub.callers.map(
    ({ received }) => (received[0] as { session: string }).session,
  )
  expect(one).not.toBe(two)
})

test('M2 waits grow from 0.5 s to 30 s, with full jitter, and never end', () => {
  const stub = new HubStub()
  const waits: number[] = []
  stub.client.on('disconnected', ({ retryInMs }) => waits.push(retryInMs))
  stub.onCall = ({ socket }) => socket.cut()
  stub.start()
  stub.clock.advance(3_600_000)
  waits.forEach((wait, index) => {
    expect(wait).toBeLessThanOrEqual(Math.min(30_000, 500 * 2 ** index))
  })
  const late = waits.slice(7)
  expect(late.length).toBeGreaterThan(100)
  const mean = late.reduce((sum, wait) => sum + wait, 0) / late.length
  expect(mean).toBeGreaterThan(12_000)
  expect(mean).toBeLessThan(18_000)
  expect(Math.min(...late)).toBeLessThan(5000)
})

test('M2 a hub that comes up after two minutes is reached within 35 s', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const stub = new HubStub({}, seed)
    stub.onCall = ({ socket }) => stub.clock.now() < 1_120_000 && socket.cut()
    stub.start()
    stub.clock.advance(120_000 + 35_000)
    expect(stub.client.state, `seed ${seed}`).toBe('connected')
  }
})

test('M2 a stable connection starts the waits anew, one that flaps does not', () => {
  const stub = new HubStub()
  const waits: number[] = []
  stub.client.on('disconnected', ({ retryInMs }) => waits.push(retryInMs))
  stub.start()
  for (let round = 0; round < 12; round++) {
    stub.caller.socket.cut()
    stub.clock.advance(30_001)
    while (stub.client.state !== 'connected') stub.clock.advance(100)
  }
  // Each connection lasted up to 30 s; those above 10 s count as stable.
  expect(Math.max(...waits)).toBeLessThanOrEqual(1000)
  const flapping = new HubStub()
  let longest = 0
  flapping.client.on('disconnected', ({ retryInMs }) => {
    longest = Math.max(longest, retryInMs)
  })
  flapping.client.on('connected', () => flapping.caller.socket.cut())
  flapping.start()
  flapping.clock.advance(600_000)
  expect(longest).toBeGreaterThan(10_000)
})

test('M2 hubs are tried in turn, and after a stable connection the first one first', () => {
  const stub = new HubStub({ urls: ['ws://one', 'ws://two', 'ws://three', 'ws://one'] })
  let up = 'ws://three'
  stub.onCall = ({ socket, url }) => url !== up && socket.cut()
  stub.start()
  while (stub.client.state !== 'connected') stub.clock.advance(100)
  expect(stub.callers.map(({ url }) => url)).toEqual(['ws://one', 'ws://two', 'ws://three'])
  expect(stub.client.url).toBe('ws://three')
  stub.clock.advance(10_000)
  up = 'ws://one'
  stub.caller.socket.cut()
  stub.clock.advance(1000)
  expect(stub.client.state).toBe('connected')
  expect(stub.client.url).toBe('ws://one')
})

test('M2 an attempt that gets no WELCOME is given up after 10 s', () => {
  const stub = new HubStub()
  stub.answers = false
  stub.start()
  stub.clock.advance(9998)
  expect(stub.client.state).toBe('connecting')
  stub.clock.advance(2)
  expect(stub.client.state).toBe('waiting')
  stub.answers = true
  stub.clock.advance(1000)
  expect(stub.client.state).toBe('connected')
})

test('M2 with maxAttempts it gives up after that many failures in a row', () => {
  const stub = new HubStub({ maxAttempts: 3 })
  stub.onCall = ({ socket }) => socket.cut()
  stub.start()
  stub.clock.advance(60_000)
  expect(stub.callers).toHaveLength(3)
  expect(stub.events.at(-1)).toBe('disconnected ws://one 1006 end')
  expect(stub.client.state).toBe('closed')
  expect(stub.clock.pending).toBe(0)
})

const FATAL: ErrorCode[] = ['VERSION', 'BAD_HELLO', 'ID_TAKEN', 'REPLACED']
const PASSING: ErrorCode[] = [
  'HUB_FULL',
  'ADDRESS_LIMIT',
  'SHUTDOWN',
  'RATE_LIMITED',
  'SLOW_READER',
]

test.each(FATAL)('%s is final', (code) => {
  const stub = new HubStub()
  stub.answers = false
  stub.start()
  stub.refuse(code, CLOSE_CODES[code])
  stub.clock.advance(60_000)
  const end = `disconnected ws://one ${CLOSE_CODES[code]} end`
  expect(stub.events).toEqual([end, `refused ${code}`])
  expect(stub.callers).toHaveLength(1)
  expect(stub.client.state).toBe('closed')
  expect(stub.clock.pending).toBe(0)
})

test.each(PASSING)('after %s it tries again', (code) => {
  const stub = new HubStub().start()
  stub.refuse(code, CLOSE_CODES[code])
  stub.clock.advance(1000)
  expect(stub.client.state).toBe('connected')
})

test('a close code alone is understood as well', () => {
  const stub = new HubStub()
  stub.answers = false
  stub.start()
  stub.caller.socket.close(4000, 'VERSION: this hub speaks pigeon.9')
  stub.settle()
  expect(stub.events.at(-1)).toBe('refused VERSION')
})

test('a hub of another version is left out, the next one is tried', () => {
  const stub = new HubStub({ urls: ['ws://old', 'ws://new'] })
  stub.answers = false
  stub.start()
  stub.refuse('VERSION', 4000)
  stub.answers = true
  stub.clock.advance(1000)
  expect(stub.client.url).toBe('ws://new')
  stub.caller.socket.cut()
  stub.clock.advance(2000)
  expect(stub.callers.map(({ url }) => url)).toEqual(['ws://old', 'ws://new', 'ws://new'])
})

test('an error of an earlier connection does not colour the end of a later one', () => {
  const stub = new HubStub().start()
  stub.send({ type: 'error', code: 'ID_TAKEN', message: 'but no close follows' })
  stub.caller.socket.cut()
  stub.settle()
  expect(stub.events.at(-1)).toBe('refused ID_TAKEN')
  const other = new HubStub().start()
  other.refuse('HUB_FULL', 1013)
  other.clock.advance(1000)
  other.caller.socket.cut()
  other.settle()
  expect(other.client.state).toBe('waiting')
})

test('M2 woken, a client that waits tries again at once', () => {
  const stub = new HubStub()
  stub.onCall = ({ socket }) => socket.cut()
  stub.start()
  stub.clock.advance(300_000)
  let waitMs = 0
  stub.client.on('disconnected', ({ retryInMs }) => {
    waitMs = retryInMs
  })
  while (waitMs < 2000) stub.clock.advance(100)
  stub.clock.advance(1000)
  expect(stub.client.state).toBe('waiting')
  stub.onCall = () => {}
  stub.client.wake()
  stub.settle()
  expect(stub.client.state).toBe('connected')
  stub.client.close()
  stub.client.wake()
  expect(stub.client.state).toBe('closed')
})

test('M2 woken again and again, a client tries a hub that is down about once a second', () => {
  const stub = new HubStub()
  stub.onCall = ({ socket }) => socket.cut()
  stub.start()
  stub.clock.advance(300_000)
  const before = stub.client.getStats().attempts
  for (let round = 0; round < 600; round++) {
    stub.clock.advance(100)
    stub.client.wake()
  }
  const attempts = stub.client.getStats().attempts - before
  expect(attempts).toBeGreaterThan(40)
  expect(attempts).toBeLessThan(70)
})
