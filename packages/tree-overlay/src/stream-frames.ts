import { ByteReader, ByteWriter } from '@pigeon/transport'
import { Kind } from './kind.ts'

/** What a stream's signal is: the opener's first, a later one of the opener, one of the other side. */
export const StreamOp = { offer: 0, fromOpener: 1, fromOther: 2 } as const

/** A signal of a link beside a channel. */
export interface StreamSignal {
  /** Of the opener. */
  readonly id: number
  /** One of {@link StreamOp}. */
  readonly op: number
  readonly signal: Uint8Array
}

export function encodeStreamSignal({ id, op, signal }: StreamSignal): Uint8Array {
  const writer = new ByteWriter(16 + signal.length).u8(Kind.stream).u64(id).u8(op)
  return writer.bytes(signal).finish()
}

/**
 * @param maxBytes of the signal
 * @throws WireError
 */
export function decodeStreamSignal(bytes: Uint8Array, maxBytes: number): StreamSignal {
  const reader = new ByteReader(bytes)
  reader.u8()
  const frame = { id: reader.u64(), op: reader.u8(), signal: reader.bytes(maxBytes) }
  reader.end()
  return frame
}
