import { peerIdToBytes } from '@pigeon/xor'
import { helloSchema, proofSchema, querySchema } from './client-schemas.ts'
import { UNDELIVERABLE_BYTES } from './codes.ts'
import { decodeControl, emptySchema, encodeControl } from './control.ts'
import { type Decoded, unknownType } from './decoded.ts'
import { RELAY_HEADER_BYTES } from './limits.ts'
import { MessageType } from './message-type.ts'
import type { ClientMessage, HubMessage } from './messages.ts'
import { decodeRelay, encodeRelay } from './relay.ts'

/** The bytes of a hub's message. Bounds are not checked: the other side does. */
export function encodeHubMessage(message: HubMessage): Uint8Array {
  switch (message.type) {
    case 'welcome': {
      const { type: _, ...body } = message
      return encodeControl(MessageType.WELCOME, body)
    }
    case 'challenge':
      return encodeControl(MessageType.CHALLENGE, { nonce: message.nonce })
    case 'goaway':
      return encodeControl(MessageType.GOAWAY, { urls: message.urls, afterMs: message.afterMs })
    case 'peers':
      return encodeControl(MessageType.PEERS, { peers: message.peers })
    case 'left':
      return encodeControl(MessageType.LEFT, { peer: message.peer })
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
      return encodeControl(MessageType.ERROR, { code: message.code, message: message.message })
  }
}

/** Reads a client's message. Never throws; copies nothing: a payload is a view into `bytes`. */
export function decodeClientMessage(bytes: Uint8Array): Decoded<ClientMessage> {
  switch (bytes[0]) {
    case MessageType.HELLO:
      return decodeControl(bytes, helloSchema, (hello) => ({ type: 'hello', ...hello }))
    case MessageType.PROOF:
      return decodeControl(bytes, proofSchema, (proof) => ({ type: 'proof', ...proof }))
    case MessageType.RELAY:
      return decodeRelay(bytes)
    case MessageType.QUERY:
      return decodeControl(bytes, querySchema, (query) => ({ type: 'query', ...query }))
    case MessageType.PING:
      return decodeControl(bytes, emptySchema, () => ({ type: 'ping' }))
    case MessageType.GOODBYE:
      return decodeControl(bytes, emptySchema, () => ({ type: 'goodbye' }))
    default:
      return unknownType(bytes[0])
  }
}
