import { ByteReader, ByteWriter } from '@pigeon/transport'
import { decodeValue } from '../channels/decode-value.ts'
import { encodeValue } from '../channels/encode-value.ts'

/** UTF-8 bytes of a name, of a code, and of a message that cross the wire. */
export const MAX_NAME_BYTES = 64
const MAX_MESSAGE_BYTES = 1024

const Kind = { request: 1, result: 2, error: 3, cancel: 4 } as const

/** Bytes of a call's name, chosen at random. */
export const CALL_BYTES = 8

/** `kind u8, call 8 bytes`, then `name text, timeoutMs varuint, value`, `value`, or two texts. */
export type CallFrame =
  | { kind: 'request'; call: string; name: string; timeoutMs: number; value: unknown }
  | { kind: 'result'; call: string; value: unknown }
  | { kind: 'error'; call: string; code: string; message: string }
  | { kind: 'cancel'; call: string }

/** @throws TypeError or RangeError for a value that cannot be sent */
export function encodeCallFrame(frame: CallFrame): Uint8Array {
  const writer = new ByteWriter().u8(Kind[frame.kind])
  for (let at = 0; at < frame.call.length; at += 2) {
    writer.u8(Number.parseInt(frame.call.slice(at, at + 2), 16))
  }
  if (frame.kind === 'request') writer.text(frame.name).varuint(frame.timeoutMs)
  if (frame.kind === 'error') {
    writer.text(shortened(frame.code, MAX_NAME_BYTES))
    writer.text(shortened(frame.message, MAX_MESSAGE_BYTES))
  }
  if ('value' in frame) writer.raw(encodeValue(frame.value))
  return writer.finish()
}

/** @throws WireError */
export function decodeCallFrame(bytes: Uint8Array): CallFrame | undefined {
  const reader = new ByteReader(bytes)
  const kind = reader.u8()
  const call = callName(reader.raw(CALL_BYTES))
  switch (kind) {
    case Kind.request: {
      const name = reader.text(MAX_NAME_BYTES)
      const timeoutMs = reader.varuint()
      return { kind: 'request', call, name, timeoutMs, value: decodeValue(reader.rest()) }
    }
    case Kind.result:
      return { kind: 'result', call, value: decodeValue(reader.rest()) }
    case Kind.error: {
      const code = reader.text(MAX_NAME_BYTES)
      return { kind: 'error', call, code, message: reader.text(MAX_MESSAGE_BYTES) }
    }
    case Kind.cancel:
      return { kind: 'cancel', call }
    default:
      return undefined
  }
}

/** Hexadecimal. */
export function callName(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** A character has at most four bytes of UTF-8. */
function shortened(text: string, maxBytes: number): string {
  if (new ByteWriter().text(text).length <= maxBytes) return text
  return [...text].slice(0, Math.floor(maxBytes / 4)).join('')
}
