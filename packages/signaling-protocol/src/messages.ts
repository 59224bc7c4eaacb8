import { type PeerId, peerIdFromBytes, peerIdToBytes } from '@pigeon/xor'
import * as v from 'valibot'
import type {
  Challenge,
  ErrorBody,
  GoAway,
  Hello,
  Left,
  Peers,
  Proof,
  Query,
  Welcome,
} from './bodies.ts'
import { UNDELIVERABLE_BYTES, type UndeliverableReason } from './codes.ts'
import { jsonFromBytes, jsonToBytes } from './json.ts'
import { MAX_CONTROL_BYTES, RELAY_HEADER_BYTES } from './limits.ts'
import { MessageType } from './message-type.ts'
import {
  challengeSchema,
  emptySchema,
  errorSchema,
  goAwaySchema,
  helloSchema,
  leftSchema,
  peersSchema,
  proofSchema,
  querySchema,
  welcomeSchema,
} from './schemas.ts'

/** `id` is the target on the way to a hub, and the sender, put there by the hub, on the way from it. */
export interface Relay {
  readonly id: PeerId
  /** A view into the message. */
  readonly payload: Uint8Array
}

/** The RELAY to `id` with the same number came to nothing. */
export interface Undeliverable {
  readonly id: PeerId
  readonly reason: UndeliverableReason
}

/** A message from a client to its hub. */
export type ClientMessage =
  | ({ readonly type: 'hello' } & Hello)
  | ({ readonly type: 'proof' } & Proof)
  | ({ readonly type: 'relay' } & Relay)
  | ({ readonly type: 'query' } & Query)
  | { readonly type: 'ping' }
  | { readonly type: 'goodbye' }

/** A message from a hub to its client. */
export type HubMessage =
  | ({ readonly type: 'challenge' } & Challenge)
  | ({ readonly type: 'welcome' } & Welcome)
  | ({ readonly type: 'peers' } & Peers)
  | ({ readonly type: 'left' } & Left)
  | ({ readonly type: 'relay' } & Relay)
  | ({ readonly type: 'undeliverable' } & Undeliverable)
  | ({ readonly type: 'goaway' } & GoAway)
  | { readonly type: 'pong' }
  | ({ readonly type: 'error' } & ErrorBody)

/**
 * What was wrong with a message: no first byte; a type that does not exist in this direction; too
 * short or too long; a body that is not UTF-8 JSON; a body that breaks its schema.
 */
export type DecodeErrorCode = 'EMPTY' | 'UNKNOWN_TYPE' | 'LENGTH' | 'NOT_JSON' | 'INVALID'

/** A message, or what is wrong with it. */
export type Decoded<M> =
  | { readonly ok: true; readonly message: M }
  | { readonly ok: false; readonly code: DecodeErrorCode; readonly reason: string }

/** The bytes of a client's message. Bounds are not checked: the other side does. */
export function encodeClientMessage(message: ClientMessage): Uint8Array {
  switch (message.type) {
    case 'hello': {
      const { versions, peerId, network, session, key, token } = message
      return control(MessageType.HELLO, { versions, peerId, network, session, key, token })
    }
    case 'proof': {
      const { audience, signature } = message
      return control(MessageType.PROOF, { audience, signature })
    }
    case 'relay':
      return encodeRelay(message.id, message.payload)
    case 'query':
      return message.ring === undefined
        ? Uint8Array.of(MessageType.QUERY)
        : control(MessageType.QUERY, { ring: message.ring })
    case 'ping':
      return Uint8Array.of(MessageType.PING)
    case 'goodbye':
      return Uint8Array.of(MessageType.GOODBYE)
  }
}

/** The bytes of a hub's message. Bounds are not checked: the other side does. */
export function encodeHubMessage(message: HubMessage): Uint8Array {
  switch (message.type) {
    case 'welcome': {
      const { type: _, ...body } = message
      return control(MessageType.WELCOME, body)
    }
    case 'challenge':
      return control(MessageType.CHALLENGE, { nonce: message.nonce })
    case 'goaway':
      return control(MessageType.GOAWAY, { urls: message.urls, afterMs: message.afterMs })
    case 'peers':
      return control(MessageType.PEERS, { peers: message.peers })
    case 'left':
      return control(MessageType.LEFT, { peer: message.peer })
    case 'relay':
      return encodeRelay(message.id, message.payload)
    case 'undeliverable': {
      const bytes = new Uint8Array(RELAY_HEADER_BYTES + 1)
      bytes[0] = MessageType.UNDELIVERABLE
      peerIdToBytes(message.id, bytes, 1)
      bytes[RELAY_HEADER_BYTES] = UNDELIVERABLE_BYTES[message.reason]
      return bytes
    }
    case 'pong':
      return Uint8Array.of(MessageType.PONG)
    case 'error':
      return control(MessageType.ERROR, { code: message.code, message: message.message })
  }
}

/** Reads a client's message. Never throws; copies nothing: a payload is a view into `bytes`. */
export function decodeClientMessage(bytes: Uint8Array): Decoded<ClientMessage> {
  switch (bytes[0]) {
    case undefined:
      return EMPTY
    case MessageType.HELLO:
      return body(bytes, helloSchema, (hello) => ({ type: 'hello', ...hello }))
    case MessageType.PROOF:
      return body(bytes, proofSchema, (proof) => ({ type: 'proof', ...proof }))
    case MessageType.RELAY:
      return relay(bytes)
    case MessageType.QUERY:
      return body(bytes, querySchema, (query) => ({ type: 'query', ...query }))
    case MessageType.PING:
      return body(bytes, emptySchema, () => ({ type: 'ping' }))
    case MessageType.GOODBYE:
      return body(bytes, emptySchema, () => ({ type: 'goodbye' }))
    default:
      return unknownType(bytes)
  }
}

/** Reads a hub's message. Never throws; copies nothing: a payload is a view into `bytes`. */
export function decodeHubMessage(bytes: Uint8Array): Decoded<HubMessage> {
  switch (bytes[0]) {
    case undefined:
      return EMPTY
    case MessageType.WELCOME:
      return body(bytes, welcomeSchema, (welcome) => ({ type: 'welcome', ...welcome }))
    case MessageType.RELAY:
      return relay(bytes)
    case MessageType.UNDELIVERABLE:
      return undeliverable(bytes)
    case MessageType.PEERS:
      return body(bytes, peersSchema, (peers) => ({ type: 'peers', ...peers }))
    case MessageType.LEFT:
      return body(bytes, leftSchema, (left) => ({ type: 'left', ...left }))
    case MessageType.PONG:
      return body(bytes, emptySchema, () => ({ type: 'pong' }))
    case MessageType.CHALLENGE:
      return body(bytes, challengeSchema, (challenge) => ({ type: 'challenge', ...challenge }))
    case MessageType.GOAWAY:
      return body(bytes, goAwaySchema, (goAway) => ({ type: 'goaway', ...goAway }))
    case MessageType.ERROR:
      return body(bytes, errorSchema, (error) => ({ type: 'error', ...error }))
    default:
      return unknownType(bytes)
  }
}

/** RELAY: the type, the 20 bytes of `id`, the payload as it is. */
export function encodeRelay(id: PeerId, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(RELAY_HEADER_BYTES + payload.length)
  bytes[0] = MessageType.RELAY
  peerIdToBytes(id, bytes, 1)
  bytes.set(payload, RELAY_HEADER_BYTES)
  return bytes
}

/** Puts another id into a RELAY, in place: how a hub stamps the sender without reading on. */
export function stampRelay(bytes: Uint8Array, idBytes: Uint8Array): Uint8Array {
  bytes.set(idBytes, 1)
  return bytes
}

const EMPTY: Decoded<never> = { ok: false, code: 'EMPTY', reason: 'no bytes' }

function unknownType(bytes: Uint8Array): Decoded<never> {
  return { ok: false, code: 'UNKNOWN_TYPE', reason: `type ${bytes[0]} is not known here` }
}

function control(type: number, value: object): Uint8Array {
  const bytes = jsonToBytes(value, 1)
  bytes[0] = type
  return bytes
}

/** Reads the JSON behind the type; no body at all stands for `{}`. */
function body<B, M>(
  bytes: Uint8Array,
  schema: v.GenericSchema<unknown, B>,
  make: (value: B) => M,
): Decoded<M> {
  if (bytes.length - 1 > MAX_CONTROL_BYTES) {
    const reason = `a body has at most ${MAX_CONTROL_BYTES} bytes, got ${bytes.length - 1}`
    return { ok: false, code: 'LENGTH', reason }
  }
  const value = bytes.length === 1 ? {} : jsonFromBytes(bytes.subarray(1))
  if (value === undefined) return { ok: false, code: 'NOT_JSON', reason: 'the body is not JSON' }
  const result = v.safeParse(schema, value, { abortEarly: true })
  if (result.success) return { ok: true, message: make(result.output) }
  const path = v.getDotPath(result.issues[0])
  return { ok: false, code: 'INVALID', reason: `the ${path ?? 'body'} is not valid` }
}

function relay(bytes: Uint8Array): Decoded<{ type: 'relay' } & Relay> {
  if (bytes.length < RELAY_HEADER_BYTES) return tooShort(bytes, RELAY_HEADER_BYTES)
  const id = peerIdFromBytes(bytes.subarray(1, RELAY_HEADER_BYTES))
  return { ok: true, message: { type: 'relay', id, payload: bytes.subarray(RELAY_HEADER_BYTES) } }
}

function undeliverable(bytes: Uint8Array): Decoded<{ type: 'undeliverable' } & Undeliverable> {
  if (bytes.length <= RELAY_HEADER_BYTES) return tooShort(bytes, RELAY_HEADER_BYTES + 1)
  const id = peerIdFromBytes(bytes.subarray(1, RELAY_HEADER_BYTES))
  // A reason of a later version is read as the general one.
  const reason = UNDELIVERABLE_REASONS.get(bytes[RELAY_HEADER_BYTES]) ?? 'unknown'
  return { ok: true, message: { type: 'undeliverable', id, reason } }
}

const UNDELIVERABLE_REASONS: ReadonlyMap<number | undefined, UndeliverableReason> = new Map(
  Object.entries(UNDELIVERABLE_BYTES).map(([reason, byte]) => [
    byte,
    reason as UndeliverableReason,
  ]),
)

function tooShort(bytes: Uint8Array, needed: number): Decoded<never> {
  return { ok: false, code: 'LENGTH', reason: `needs ${needed} bytes, got ${bytes.length}` }
}
