import { ByteReader, ByteWriter } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'

/** Bytes around a payload, at most, also where a number goes before the body. */
export const HEADER_BYTES = 24

/** What a message is on every way: `epoch varuint, service u8, payload`. */
export function encodeBody(epoch: number, service: number, payload: Uint8Array): Uint8Array {
  const writer = new ByteWriter(payload.length + HEADER_BYTES)
  return writer.varuint(epoch).u8(service).raw(payload).finish()
}

/** @throws WireError */
export function decodeBody(body: Uint8Array): {
  epoch: number
  service: number
  payload: Uint8Array
} {
  const reader = new ByteReader(body)
  return { epoch: reader.varuint(), service: reader.u8(), payload: reader.rest() }
}

/** A routed message is `number varuint, body`. */
export function encodeRouted(number: number, body: Uint8Array): Uint8Array {
  return new ByteWriter(body.length + HEADER_BYTES).varuint(number).raw(body).finish()
}

/** The id both sides know a message by. */
export function nameOf(author: PeerId, epoch: number, number: number): string {
  return `${author}-${epoch.toString(36)}-${number.toString(36)}`
}
