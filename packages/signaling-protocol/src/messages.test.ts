import { type PeerId, peerIdFromBytes, peerIdToBytes } from '@pigeon/xor'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeHubMessage, encodeClientMessage } from './client-codec.ts'
import { ERROR_CODES } from './codes.ts'
import type { Decoded } from './decoded.ts'
import { decodeClientMessage, encodeHubMessage } from './hub-codec.ts'
import { MAX_CONTROL_BYTES, MAX_PEERS } from './limits.ts'
import { MessageType } from './message-type.ts'
import type { ClientMessage, HubMessage } from './messages.ts'
import { encodeRelay, stampRelay } from './relay.ts'

const id: fc.Arbitrary<PeerId> = fc
  .uint8Array({ minLength: 20, maxLength: 20 })
  .map((bytes) => peerIdFromBytes(bytes))
const hexOf = (bytes: number): fc.Arbitrary<string> =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .map((value) => Buffer.from(value).toString('hex'))
const session = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => Buffer.from(bytes).toString('hex'))
const network = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
  .filter((name) => Buffer.byteLength(name) <= 128 && !/[\p{Cc}\p{Cs}]/u.test(name))
const payload = fc.uint8Array({ maxLength: 100 })
const peers = fc.array(id, { maxLength: 40 })

const clientMessage: fc.Arbitrary<ClientMessage> = fc.oneof(
  fc.record({
    type: fc.constant('hello' as const),
    versions: fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 9, max: 255 })),
    peerId: id,
    network,
    session,
    key: hexOf(32),
    token: fc.string({ minLength: 1, maxLength: 100 }),
  }),
  fc.record({
    type: fc.constant('proof' as const),
    audience: fc.string({ maxLength: 100 }),
    signature: hexOf(64),
  }),
  fc.record({ type: fc.constant('relay' as const), id, payload }),
  fc.constantFrom(
    { type: 'query' } as const,
    { type: 'ping' } as const,
    {
      type: 'goodbye',
    } as const,
  ),
)

const hubMessage: fc.Arbitrary<HubMessage> = fc.oneof(
  fc.record({
    type: fc.constant('welcome' as const),
    version: fc.integer({ min: 1, max: 255 }),
    hubId: id,
    session,
    peers,
    heartbeatMs: fc.integer({ min: 100, max: 3_600_000 }),
    limits: fc.record({
      maxMessageBytes: fc.integer({ min: 1024, max: 1024 * 1024 }),
      messageRate: fc.nat(),
      messageBurst: fc.nat(),
      byteRate: fc.nat(),
      byteBurst: fc.nat(),
    }),
  }),
  fc.record({ type: fc.constant('challenge' as const), nonce: hexOf(32) }),
  fc.record({
    type: fc.constant('goaway' as const),
    urls: fc.array(
      fc.webUrl({ validSchemes: ['ws', 'wss'] }).filter((url) => url.length <= 512),
      { maxLength: 8 },
    ),
    afterMs: fc.nat(3_600_000),
  }),
  fc.record({ type: fc.constant('peers' as const), peers }),
  fc.record({ type: fc.constant('left' as const), peer: id }),
  fc.record({ type: fc.constant('relay' as const), id, payload }),
  fc.record({
    type: fc.constant('undeliverable' as const),
    id,
    reason: fc.constantFrom('unknown' as const, 'rate-limited' as const, 'away' as const),
  }),
  fc.constant({ type: 'pong' } as const),
  fc.record({
    type: fc.constant('error' as const),
    code: fc.constantFrom(...ERROR_CODES),
    message: fc.string({ maxLength: 512 }),
  }),
)

function control(type: number, json: string): Uint8Array {
  return Uint8Array.of(type, ...Buffer.from(json))
}

function codeOf(decoded: Decoded<unknown>): string {
  return decoded.ok ? 'OK' : decoded.code
}

const welcomeOf = (fields: object): Uint8Array =>
  control(
    MessageType.WELCOME,
    JSON.stringify({
      version: 2,
      session: '0'.repeat(32),
      peers: [],
      heartbeatMs: 15_000,
      limits: { maxMessageBytes: 65_536 },
      ...fields,
    }),
  )

test('every message of a client comes back from its bytes', () => {
  fc.assert(
    fc.property(clientMessage, (message) => {
      expect(decodeClientMessage(encodeClientMessage(message))).toEqual({ ok: true, message })
    }),
  )
})

test('every message of a hub comes back from its bytes', () => {
  fc.assert(
    fc.property(hubMessage, (message) => {
      expect(decodeHubMessage(encodeHubMessage(message))).toEqual({ ok: true, message })
    }),
  )
})

test('S4 no bytes make a decoder throw, and what it takes it can write', () => {
  const type = fc.integer({ min: 0, max: 12 })
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.tuple(type, fc.json()).map(([first, json]) => control(first, json)),
    fc.tuple(type, fc.uint8Array({ maxLength: 64 })).map(([first, rest]) => {
      return Uint8Array.of(first, ...rest)
    }),
    // One changed byte in something right.
    fc
      .tuple(
        fc.oneof(clientMessage.map(encodeClientMessage), hubMessage.map(encodeHubMessage)),
        fc.nat(),
        fc.nat(255),
      )
      .map(([right, at, value]) => {
        const wrong = right.slice()
        wrong[at % wrong.length] = value
        return wrong
      }),
  )
  fc.assert(
    fc.property(bytes, (frame) => {
      const client = decodeClientMessage(frame)
      if (client.ok)
        expect(decodeClientMessage(encodeClientMessage(client.message))).toEqual(client)
      const hub = decodeHubMessage(frame)
      if (hub.ok) expect(decodeHubMessage(encodeHubMessage(hub.message))).toEqual(hub)
    }),
    { numRuns: 5000 },
  )
})

test('each direction has its own types', () => {
  for (const type of [2, 4, 6, 7, 9, 11, 12, 14, 0, 15, 0x7b, 255]) {
    expect(codeOf(decodeClientMessage(Uint8Array.of(type)))).toBe('UNKNOWN_TYPE')
  }
  for (const type of [1, 5, 8, 10, 13, 0, 15, 0x7b, 255]) {
    expect(codeOf(decodeHubMessage(Uint8Array.of(type)))).toBe('UNKNOWN_TYPE')
  }
  expect(codeOf(decodeClientMessage(new Uint8Array(0)))).toBe('EMPTY')
  expect(codeOf(decodeHubMessage(new Uint8Array(0)))).toBe('EMPTY')
})

test('S4 a body has at most 16 KiB', () => {
  const fitting = control(MessageType.QUERY, `{"x":"${'x'.repeat(MAX_CONTROL_BYTES - 8)}"}`)
  expect(fitting.length - 1).toBe(MAX_CONTROL_BYTES)
  expect(codeOf(decodeClientMessage(fitting))).toBe('OK')
  const longer = control(MessageType.QUERY, `{"x":"${'x'.repeat(MAX_CONTROL_BYTES - 7)}"}`)
  expect(codeOf(decodeClientMessage(longer))).toBe('LENGTH')
})

test('S4 a message names at most 256 peers, and 256 fit into a body', () => {
  const full = Array.from({ length: MAX_PEERS }, (_, index) =>
    peerIdFromBytes(new Uint8Array(20).fill(index)),
  )
  expect(codeOf(decodeHubMessage(welcomeOf({ peers: full, hubId: full[0] })))).toBe('OK')
  const more = [...full, 'ab'.repeat(20)]
  expect(codeOf(decodeHubMessage(welcomeOf({ peers: more })))).toBe('INVALID')
})

test('S4 bodies that break the schema are refused, and the reason quotes nothing of them', () => {
  for (const fields of [
    { peers: ['AB'.repeat(20)] },
    { peers: 'ab'.repeat(20) },
    { peers: [null] },
    { version: 0 },
    { version: '2' },
    { session: 'g'.repeat(32) },
    { session: '0'.repeat(31) },
    { heartbeatMs: 99 },
    { heartbeatMs: 1e9 },
    { heartbeatMs: 1000.5 },
    { limits: {} },
    { limits: { maxMessageBytes: 1023 } },
    { limits: { maxMessageBytes: 1024 * 1024 + 1 } },
    { hubId: 'evil\nlog line' },
  ]) {
    const decoded = decodeHubMessage(welcomeOf(fields))
    expect(codeOf(decoded), JSON.stringify(fields)).toBe('INVALID')
    if (!decoded.ok) expect(decoded.reason).toMatch(/^the [\w.]+ is not valid$/)
  }
  const unknown = control(MessageType.ERROR, '{"code":"NEW_CODE","message":""}')
  expect(codeOf(decodeHubMessage(unknown))).toBe('INVALID')
})

test('fields of a later version are skipped, __proto__ among them', () => {
  const json = `{"__proto__":{"polluted":1},"peer":"${'ab'.repeat(20)}","later":[1]}`
  const decoded = decodeHubMessage(control(MessageType.LEFT, json))
  expect(decoded).toEqual({ ok: true, message: { type: 'left', peer: 'ab'.repeat(20) } })
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
})

test('a reason for UNDELIVERABLE of a later version is read as unknown, and more bytes are skipped', () => {
  const bytes = new Uint8Array(30)
  bytes[0] = MessageType.UNDELIVERABLE
  bytes[21] = 77
  expect(decodeHubMessage(bytes)).toMatchObject({ ok: true, message: { reason: 'unknown' } })
  expect(codeOf(decodeHubMessage(bytes.subarray(0, 21)))).toBe('LENGTH')
})

test('stamping changes the id of a RELAY and nothing else', () => {
  fc.assert(
    fc.property(id, id, payload, (target, sender, bytes) => {
      const stamped = stampRelay(encodeRelay(target, bytes), peerIdToBytes(sender))
      expect(stamped).toEqual(encodeRelay(sender, bytes))
    }),
  )
})

test('servers that a hub offers are read, and as none if one of them makes no sense', () => {
  const offered = (iceServers: unknown) => {
    const decoded = decodeHubMessage(welcomeOf({ iceServers }))
    return decoded.ok && decoded.message.type === 'welcome' ? decoded.message.iceServers : 'refused'
  }
  const stun = { urls: ['stun:hub.example:3478'] }
  const turn = { urls: ['turn:hub.example:3478?transport=udp'], username: 'u', credential: 'c' }
  expect(offered([stun, turn])).toEqual([stun, turn])
  for (const bad of [
    ...['stun:x', [{ urls: 'stun:x' }], [{ urls: ['http://x'] }], [stun, null]],
    ...[Array.from({ length: 9 }, () => stun), [{ ...turn, credential: 'c'.repeat(513) }]],
  ]) {
    expect(offered(bad)).toBeUndefined()
  }
})
