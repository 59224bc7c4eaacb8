import { peerIdFromName } from '@pigeon/xor'
import { expect, test } from 'vitest'
import { HubStub } from '../test/hub-stub.ts'
import { audienceOf, hubProofBytes } from './hub-proof.ts'

const KEY = new Uint8Array(32).fill(7)
const NONCE = '5a'.repeat(32)

test('S4 a client with a key answers CHALLENGE by a signature over id, nonce, hub and network', async () => {
  const signed: Uint8Array[] = []
  const prove = {
    publicKey: KEY,
    sign: async (bytes: Uint8Array) => {
      signed.push(bytes)
      return new Uint8Array(64).fill(9)
    },
  }
  const stub = new HubStub({ prove, token: () => 'let me in', urls: ['ws://Hub.example:80/x'] })
  stub.answers = false
  stub.start()
  expect(stub.caller.received[0]).toMatchObject({ key: '07'.repeat(32), token: 'let me in' })
  stub.send({ type: 'challenge', nonce: NONCE })
  await new Promise((done) => setImmediate(done))
  stub.settle()
  const audience = 'hub.example'
  const proof = { type: 'proof', audience, signature: '09'.repeat(64) }
  expect(stub.caller.received[1]).toEqual(proof)
  const facts = { peerId: stub.self, network: 'net', audience, nonce: NONCE }
  expect(signed).toEqual([hubProofBytes(facts)])
})

test('S4 a challenge to a client without a key, or out of time, is skipped', () => {
  const stub = new HubStub().start()
  stub.send({ type: 'challenge', nonce: NONCE })
  expect(stub.caller.received).toHaveLength(1)
  expect(stub.client.getStats().malformed).toBe(1)
})

test('S4 a key that cannot sign ends the attempt, and the next one follows', async () => {
  const prove = { publicKey: KEY, sign: () => Promise.reject(new Error('locked')) }
  const stub = new HubStub({ prove })
  stub.answers = false
  stub.start().send({ type: 'challenge', nonce: NONCE })
  await new Promise((done) => setImmediate(done))
  expect(stub.events).toEqual(['disconnected ws://one 1006 retry'])
})

test('S4 the same proof is worth nothing for another hub, network, id or nonce', () => {
  const facts = {
    peerId: peerIdFromName('a'),
    network: 'net',
    audience: 'hub.example',
    nonce: NONCE,
  }
  const variants = [
    facts,
    { ...facts, peerId: peerIdFromName('b') },
    { ...facts, network: 'nets' },
    { ...facts, audience: 'hub.examplen', network: 'et' },
    { ...facts, nonce: 'a5'.repeat(32) },
  ]
  const texts = variants.map((variant) => hubProofBytes(variant).join())
  expect(new Set(texts).size).toBe(variants.length)
})

test('S4 a hub has one name, however its address is written', () => {
  const addresses = ['ws://Hub.example', 'wss://hub.example:443/a?b', 'hub.example:80']
  expect(addresses.map(audienceOf)).toEqual(Array(3).fill('hub.example'))
  expect(audienceOf('ws://u:p@[::1]:3000/x')).toBe('[::1]:3000')
})

test('B7 told to go away, a client stays its time, hears on until the hub closes, and moves', () => {
  const stub = new HubStub({ urls: ['ws://one', 'ws://two'] }).start()
  const seen: string[] = []
  stub.client.on('relay', (from) => seen.push(from))
  stub.client.on('goaway', ({ afterMs }) => seen.push(`goaway ${afterMs}`))
  stub.send({ type: 'goaway', urls: ['ws://other'], afterMs: 500 })
  const to = peerIdFromName('b')
  expect(stub.client.send(to, new Uint8Array(1))).toBe('sent')
  stub.clock.advance(500)
  expect(stub.caller.received.at(-1)).toEqual({ type: 'goodbye' })
  expect(stub.client.send(to, new Uint8Array(1))).toBe('gone')
  stub.send({ type: 'relay', id: to, payload: new Uint8Array(1) })
  stub.caller.socket.close(1000, 'goodbye')
  stub.settle().settle()
  expect(seen).toEqual(['goaway 500', to])
  expect(stub.client.url).toBe('ws://other')
  expect(stub.client.state).toBe('connected')
  stub.caller.socket.close(1001, 'again')
  stub.clock.advance(60_000)
  expect(new Set(stub.callers.map(({ url }) => url))).toContain('ws://two')
})

test('B7 a hub that says goaway and then nothing is left after a second', () => {
  const stub = new HubStub({ urls: ['ws://one'] }).start()
  stub.send({ type: 'goaway', urls: [], afterMs: 0 })
  stub.caller.socket.paused = true
  stub.clock.advance(1100)
  expect(stub.callers).toHaveLength(2)
  expect(stub.client.state).toBe('connected')
})

test('R3 what is kept for a peer that is away is told as such, and as undelivered so far', () => {
  const stub = new HubStub().start()
  const seen: unknown[] = []
  stub.client.on('away', (to) => seen.push(['away', to]))
  stub.client.on('undeliverable', (to, reason) => seen.push([reason, to]))
  const id = peerIdFromName('b')
  stub.send({ type: 'undeliverable', id, reason: 'away' })
  expect(seen).toEqual([
    ['away', id],
    ['unknown', id],
  ])
})

test('B7 STUN and TURN servers of the hub are told before it is connected', () => {
  const stub = new HubStub()
  stub.answers = false
  const seen: unknown[] = []
  stub.client.on('iceServers', (servers) => seen.push(servers))
  stub.client.on('connected', () => seen.push('connected'))
  stub.start()
  const iceServers = [{ urls: ['turn:a.example'], username: 'u', credential: 'c' }]
  stub.send(stub.welcome({ iceServers }))
  expect(seen).toEqual([iceServers, 'connected'])
})

test.each(['AUTH_REQUIRED', 'AUTH_FAILED'] as const)(
  'S4 a client refused by %s tries its other hubs, and ends when none is left',
  (code) => {
    const stub = new HubStub({ urls: ['ws://one', 'ws://two'] })
    stub.answers = false
    stub.start()
    stub.refuse(code, code === 'AUTH_REQUIRED' ? 4006 : 4007)
    stub.clock.advance(30_000)
    expect(stub.caller.url).toBe('ws://two')
    stub.refuse(code, 4007)
    expect(stub.client.state).toBe('closed')
    expect(stub.events.at(-1)).toBe(`refused ${code}`)
  },
)
