import { type PeerId, peerIdFromBytes, peerIdToBytes } from '@pigeon/xor'
import { type Decoded, tooShort } from './decoded.ts'
import { RELAY_HEADER_BYTES } from './limits.ts'
import { MessageType } from './message-type.ts'

/** `id` is the target on the way to a hub, and the sender, put there by the hub, on the way from it. */
export interface Relay {
  readonly id: PeerId
  /** A view into the message. */
  readonly payload: Uint8Array
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

/** Reads a RELAY; the payload is a view. */
export function decodeRelay(bytes: Uint8Array): Decoded<{ type: 'relay' } & Relay> {
  if (bytes.length < RELAY_HEADER_BYTES) return tooShort(bytes, RELAY_HEADER_BYTES)
  const id = peerIdFromBytes(bytes.subarray(1, RELAY_HEADER_BYTES))
  return { ok: true, message: { type: 'relay', id, payload: bytes.subarray(RELAY_HEADER_BYTES) } }
}
