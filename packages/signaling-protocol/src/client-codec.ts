import { peerIdFromBytes } from '@pigeon/xor'
import { UNDELIVERABLE_BYTES, type UndeliverableReason } from './codes.ts'
import { decodeControl, emptySchema, encodeControl } from './control.ts'
import { type Decoded, tooShort, unknownType } from './decoded.ts'
import {
  challengeSchema,
  errorSchema,
  goAwaySchema,
  leftSchema,
  peersSchema,
  welcomeSchema,
} from './hub-schemas.ts'
import { RELAY_HEADER_BYTES } from './limits.ts'
import { MessageType } from './message-type.ts'
import type { ClientMessage, HubMessage, Undeliverable } from './messages.ts'
import { decodeRelay, encodeRelay } from './relay.ts'

/** The bytes of a client's message. Bounds are not checked: the other side does. */
export function encodeClientMessage(message: ClientMessage): Uint8Array {
  switch (message.type) {
    case 'hello': {
      const { versions, peerId, network, session, key, token } = message
      return encodeControl(MessageType.HELLO, { versions, peerId, network, session, key, token })
    }
    case 'proof': {
      const { audience, signature } = message
      return encodeControl(MessageType.PROOF, { audience, signature })
    }
    case 'relay':
      return encodeRelay(message.id, message.payload)
    case 'query':
      return message.ring === undefined
        ? Uint8Array.of(MessageType.QUERY)
        : encodeControl(MessageType.QUERY, { ring: message.ring })
    case 'ping':
      return Uint8Array.of(MessageType.PING)
    case 'goodbye':
      return Uint8Array.of(MessageType.GOODBYE)
  }
}

/** Reads a hub's message. Never throws; copies nothing: a payload is a view into `bytes`. */
export function decodeHubMessage(bytes: Uint8Array): Decoded<HubMessage> {
  switch (bytes[0]) {
    case MessageType.WELCOME:
      return decodeControl(bytes, welcomeSchema, (welcome) => ({ type: 'welcome', ...welcome }))
    case MessageType.RELAY:
      return decodeRelay(bytes)
    case MessageType.UNDELIVERABLE:
      return undeliverable(bytes)
    case MessageType.PEERS:
      return decodeControl(bytes, peersSchema, (peers) => ({ type: 'peers', ...peers }))
    case MessageType.LEFT:
      return decodeControl(bytes, leftSchema, (left) => ({ type: 'left', ...left }))
    case MessageType.PONG:
      return decodeControl(bytes, emptySchema, () => ({ type: 'pong' }))
    case MessageType.CHALLENGE:
      return decodeControl(bytes, challengeSchema, (body) => ({ type: 'challenge', ...body }))
    case MessageType.GOAWAY:
      return decodeControl(bytes, goAwaySchema, (goAway) => ({ type: 'goaway', ...goAway }))
    case MessageType.ERROR:
      return decodeControl(bytes, errorSchema, (error) => ({ type: 'error', ...error }))
    default:
      return unknownType(bytes[0])
  }
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
