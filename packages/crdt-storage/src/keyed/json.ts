import { ByteReader, ByteWriter } from '@pigeon/transport'
import { MAX_PIECES, PIECE_BYTES } from '../fold/pieces.ts'

/** The bytes of a value: JSON. @throws TypeError if it has none */
export function jsonBytes(value: unknown): Uint8Array {
  const text = JSON.stringify(value)
  if (text === undefined) throw new TypeError(`a value of type ${typeof value} cannot be stored`)
  return new ByteWriter(text.length + 8).text(text).finish()
}

/** The value of {@link jsonBytes}; `undefined` if they are none. */
export function jsonValue(bytes: Uint8Array | undefined): unknown {
  if (bytes === undefined) return undefined
  try {
    return JSON.parse(new ByteReader(bytes).text(MAX_PIECES * PIECE_BYTES))
  } catch {
    return undefined
  }
}
