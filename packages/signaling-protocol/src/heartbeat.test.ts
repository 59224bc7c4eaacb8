import { randomPeerId } from '@pigeon/xor'
import { expect, test } from 'vitest'
import { HubStub } from '../test/hub-stub.ts'

const pings = ({ caller }: HubStub): number =>
  caller.received.filter(({ type }) => type === 'ping').length

test('M2 an idle client pings at the pace the hub asks for', () => {
  const stub = new HubStub().start()
  stub.clock.advance(14_990)
  expect(pings(stub)).toBe(0)
  stub.clock.advance(20)
  expect(pings(stub)).toBe(1)
  stub.clock.advance(150_000)
  expect(pings(stub)).toBeGreaterThanOrEqual(8)
  expect(stub.client.state).toBe('connected')
})

test('M2 while messages go both ways there is no ping', () => {
  const stub = new HubStub().start()
  const other = randomPeerId(stub.random)
  for (let round = 0; round < 12; round++) {
    stub.clock.advance(5000)
    stub.client.send(other, Uint8Array.of(1))
    stub.send({ type: 'relay', id: other, payload: Uint8Array.of(1) })
  }
  expect(pings(stub)).toBe(0)
})

test('M2 a client that only hears still pings, since the hub must hear it', () => {
  const stub = new HubStub().start()
  const other = randomPeerId(stub.random)
  for (let round = 0; round < 8; round++) {
    stub.clock.advance(5000)
    stub.send({ type: 'relay', id: other, payload: Uint8Array.of(1) })
  }
  expect(pings(stub)).toBe(2)
})

test('M2 a hub that went silent is left within 25 s', () => {
  const stub = new HubStub().start()
  stub.answers = false
  stub.clock.advance(24_990)
  expect(stub.client.state).toBe('connected')
  expect(pings(stub)).toBe(2)
  stub.clock.advance(20)
  expect(stub.client.state).toBe('waiting')
  expect(stub.events.at(-1)).toBe('disconnected ws://one 1006 retry')
})

test('M2 any message is a sign of life, not only PONG', () => {
  const stub = new HubStub().start()
  stub.answers = false
  for (let ms = 0; ms < 120_000; ms += 8000) {
    stub.clock.advance(8000)
    stub.sendBytes(Uint8Array.of(200))
  }
  expect(stub.client.state).toBe('connected')
})

test('M2 after a stall of its own a client asks once more instead of giving up', () => {
  const stub = new HubStub().start()
  stub.answers = false
  // One ping is out and unanswered; then the machine sleeps for a minute.
  stub.clock.advance(15_010)
  stub.stall(60_000)
  stub.clock.advance(5000)
  expect(stub.client.state).toBe('connected')
  expect(pings(stub)).toBe(2)
  stub.answers = true
  stub.send({ type: 'pong' })
  stub.clock.advance(60_000)
  expect(stub.client.state).toBe('connected')
})

test('M2 a stall while connecting starts the wait for WELCOME anew', () => {
  const stub = new HubStub()
  stub.answers = false
  stub.start()
  stub.stall(60_000)
  stub.clock.advance(10_000)
  expect(stub.client.state).toBe('connecting')
  stub.send(stub.welcome())
  expect(stub.client.state).toBe('connected')
})

test('M2 woken, a client asks a hub that was silent, and leaves it after 2 s without an answer', () => {
  const stub = new HubStub().start()
  stub.answers = false
  stub.clock.advance(6000)
  stub.client.wake()
  stub.client.wake()
  stub.clock.advance(1990)
  expect([stub.client.state, pings(stub)]).toEqual(['connected', 1])
  stub.clock.advance(20)
  expect(stub.client.state).toBe('waiting')
})

test('M2 woken, a client whose hub answers goes on as before', () => {
  const stub = new HubStub().start()
  for (let round = 0; round < 20; round++) {
    stub.clock.advance(6000)
    stub.client.wake()
    stub.settle()
  }
  expect(pings(stub)).toBe(20)
  stub.clock.advance(16_000)
  expect([stub.client.state, pings(stub)]).toEqual(['connected', 21])
})

test('M2 woken again and again, a client asks once in 5 s', () => {
  const stub = new HubStub().start()
  for (let round = 0; round < 600; round++) {
    stub.clock.advance(100)
    stub.client.wake()
  }
  expect(pings(stub)).toBeGreaterThan(9)
  expect(pings(stub)).toBeLessThan(13)
})
