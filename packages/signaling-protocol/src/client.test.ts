import { type PeerId, randomPeerId } from '@pigeon/xor'
import { expect, test } from 'vitest'
import { HubStub } from '../test/hub-stub.ts'
import { SignalingClient } from './client.ts'
import { encodeHubMessage } from './hub-codec.ts'

test('M2 a client says HELLO with its id, network and versions, and is connected by WELCOME', () => {
  const stub = new HubStub()
  stub.answers = false
  const named: unknown[] = []
  stub.client.on('connected', (event) => named.push(event))
  stub.start()
  expect(stub.client.state).toBe('connecting')
  expect(stub.caller.received).toEqual([
    {
      type: 'hello',
      peerId: stub.self,
      network: 'net',
      versions: [2, 3],
      session: expect.stringMatching(/^[0-9a-f]{32}$/),
    },
  ])
  const other = randomPeerId(stub.random)
  stub.send(stub.welcome({ peers: [other, stub.self, other], hubId: other }))
  expect(stub.client.state).toBe('connected')
  expect(stub.client.hubId).toBe(other)
  expect(named).toEqual([{ url: 'ws://one', peers: [other] }])
})

test('messages of the hub become events', () => {
  const stub = new HubStub().start()
  const [a, b] = [randomPeerId(stub.random), randomPeerId(stub.random)]
  const seen: unknown[] = []
  stub.client.on('peers', (peers) => seen.push(['peers', peers]))
  stub.client.on('left', (peer) => seen.push(['left', peer]))
  stub.client.on('relay', (from, payload) => seen.push(['relay', from, [...payload]]))
  stub.client.on('undeliverable', (to, reason) => seen.push(['undeliverable', to, reason]))
  stub.send({ type: 'peers', peers: [a, b] })
  stub.send({ type: 'left', peer: a })
  stub.send({ type: 'relay', id: b, payload: Uint8Array.of(1, 2, 3) })
  stub.send({ type: 'undeliverable', id: a, reason: 'rate-limited' })
  expect(seen).toEqual([
    ['peers', [a, b]],
    ['left', a],
    ['relay', b, [1, 2, 3]],
    ['undeliverable', a, 'rate-limited'],
  ])
})

test('send and query reach the hub once connected, and answer gone before and after', () => {
  const stub = new HubStub()
  const to = randomPeerId(stub.random)
  const { client } = stub
  expect(client.send(to, new Uint8Array(1))).toBe('gone')
  stub.start()
  expect(client.send(to, Uint8Array.of(7))).toBe('sent')
  expect(client.query()).toBe('sent')
  stub.settle()
  expect(stub.caller.received.slice(1)).toEqual([
    { type: 'relay', id: to, payload: Uint8Array.of(7) },
    { type: 'query' },
  ])
  client.close()
  expect(client.send(to, new Uint8Array(1))).toBe('gone')
  expect(client.query()).toBe('gone')
})

test('send answers too-large above the limit of the hub', () => {
  const stub = new HubStub()
  stub.answers = false
  stub.start().send(stub.welcome({ limits: { maxMessageBytes: 1024 } }))
  const to = randomPeerId(stub.random)
  expect(stub.client.send(to, new Uint8Array(1024 - 21))).toBe('sent')
  expect(stub.client.send(to, new Uint8Array(1024 - 20))).toBe('too-large')
})

test('send answers congested while too much is unsent, and sends again afterwards', () => {
  const stub = new HubStub({ maxBufferedBytes: 1000 }).start()
  const to = randomPeerId(stub.random)
  stub.caller.socket.paused = true
  expect(stub.client.send(to, new Uint8Array(900))).toBe('sent')
  expect(stub.client.send(to, new Uint8Array(900))).toBe('congested')
  expect(stub.client.query()).toBe('sent')
  stub.caller.socket.paused = false
  stub.settle()
  expect(stub.client.send(to, new Uint8Array(900))).toBe('sent')
})

test('close says goodbye, ends for good, and leaves no timer behind', () => {
  const stub = new HubStub().start()
  stub.client.close()
  stub.client.close()
  stub.settle()
  expect(stub.caller.received.at(-1)).toEqual({ type: 'goodbye' })
  expect(stub.caller.socket.state).toBe('closed')
  expect(stub.client.state).toBe('closed')
  expect(stub.events).toEqual(['connected ws://one', 'disconnected ws://one 1000 end'])
  stub.settle()
  expect(stub.clock.pending).toBe(0)
  expect(() => stub.client.start()).toThrow(TypeError)
})

test('close works in every state', () => {
  const idle = new HubStub()
  idle.client.close()
  expect(idle.events).toEqual([])
  const connecting = new HubStub()
  connecting.answers = false
  connecting.start().client.close()
  expect(connecting.events).toEqual(['disconnected ws://one 1000 end'])
  const waiting = new HubStub().start()
  waiting.caller.socket.cut()
  waiting.settle().client.close()
  expect(waiting.client.state).toBe('closed')
  for (const stub of [idle, connecting, waiting]) {
    stub.clock.advance(60_000)
    expect(stub.clock.pending).toBe(0)
    expect(stub.callers.length).toBeLessThanOrEqual(1)
  }
})

test('a listener may close the client from any event', () => {
  const stub = new HubStub()
  stub.client.on('connected', () => stub.client.close())
  stub.start()
  stub.clock.advance(60_000)
  expect(stub.callers).toHaveLength(1)
  const other = new HubStub().start()
  other.client.on('disconnected', () => other.client.close())
  other.caller.socket.cut()
  other.clock.advance(60_000)
  expect(other.callers).toHaveLength(1)
  expect(other.clock.pending).toBe(0)
})

test('what a hub sends that makes no sense is counted and skipped', () => {
  const stub = new HubStub().start()
  const events: unknown[] = []
  stub.client.on('peers', (peers) => events.push(peers))
  stub.client.on('relay', (from) => events.push(from))
  stub.sendBytes(new Uint8Array(0))
  stub.sendBytes(Uint8Array.of(99, 1, 2))
  stub.sendBytes(Uint8Array.of(6, 123))
  stub.sendBytes(Uint8Array.of(3, 1, 2))
  stub.sendBytes(new Uint8Array(1024 * 1024 + 1).fill(3))
  stub.sendBytes(encodeHubMessage(stub.welcome()))
  expect(events).toEqual([])
  expect(stub.client.state).toBe('connected')
  expect(stub.client.getStats()).toEqual({ attempts: 1, received: 7, unknown: 1, malformed: 5 })
})

test('nothing but WELCOME counts before WELCOME, and one of an unknown version does not', () => {
  const stub = new HubStub()
  stub.answers = false
  const events: unknown[] = []
  stub.client.on('peers', (peers) => events.push(peers))
  stub
    .start()
    .send({ type: 'peers', peers: [] })
    .send(stub.welcome({ version: 4 }))
  expect(events).toEqual([])
  expect(stub.client.state).toBe('connecting')
  expect(stub.client.getStats().malformed).toBe(2)
})

test('options that make no sense are refused, and say what they got', () => {
  const stub = new HubStub()
  const good = {
    urls: ['ws://one'],
    self: stub.self,
    network: 'net',
    clock: stub.clock,
    random: stub.random,
    connect: () => stub.caller.socket,
  }
  const make = (options: object) => () => new SignalingClient({ ...good, ...options })
  expect(make({ urls: [] })).toThrow(/at least one hub/)
  expect(make({ urls: ['http://one'] })).toThrow(/"http:\/\/one"/)
  expect(make({ self: 'me' as PeerId })).toThrow(/peer id/)
  expect(make({ network: '' })).toThrow(/network name/)
  expect(make({ network: 'n'.repeat(129) })).toThrow(/network name/)
  expect(make({ connectTimeoutMs: 0 })).toThrow(/connectTimeoutMs.*got 0/)
  expect(make({ backoffMaxMs: Number.NaN })).toThrow(/backoffMaxMs.*got NaN/)
  expect(make({ maxAttempts: undefined })).not.toThrow()
})
