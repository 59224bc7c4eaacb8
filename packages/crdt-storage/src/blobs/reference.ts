import { ByteReader, ByteWriter } from '@pigeon/transport'
import { SpaceError } from '../errors.ts'

const VERSION = 1

/** Names in one list. */
export const FAN_OUT = 128

/** Bytes of a name, at most. */
const MAX_NAME_BYTES = 64

/** Levels of lists, at most: with 128 names in each that is more than the largest blob needs. */
const MAX_LEVELS = 4

/** What the reference to a blob says. */
export interface Reference {
  /** 32 bytes, for this blob alone. */
  readonly key: Uint8Array
  /** Bytes of the blob. */
  readonly size: number
  /** Bytes of each piece but the last. */
  readonly chunkBytes: number
  /** How many levels of lists are above the pieces; 0: `names` are those of pieces. */
  readonly levels: number
  readonly names: readonly Uint8Array[]
}

/** The bytes that stand for a blob: who has them can read it. */
export function encodeReference(reference: Reference): Uint8Array {
  const { key, size, chunkBytes, levels, names } = reference
  const writer = new ByteWriter(256).u8(VERSION).raw(key).varuint(size).varuint(chunkBytes)
  return writer.u8(levels).raw(encodeNames(names)).finish()
}

/** @throws SpaceError `INVALID` */
export function readReference(bytes: Uint8Array): Reference {
  try {
    const reader = new ByteReader(bytes)
    if (reader.u8() !== VERSION) throw new RangeError('another version')
    const key = reader.raw(32)
    const [size, chunkBytes, levels] = [reader.varuint(), reader.varuint(), reader.u8()]
    if (chunkBytes === 0 || levels > MAX_LEVELS) throw new RangeError('no such blob')
    const names = readNames(reader)
    const count = Math.ceil(size / chunkBytes)
    if (names.length !== Math.ceil(count / FAN_OUT ** levels)) throw new RangeError('names')
    return { key, size, chunkBytes, levels, names }
  } catch (cause) {
    throw new SpaceError('INVALID', 'these bytes are no reference to a blob', { cause })
  }
}

/** A list of names. */
export function encodeNames(names: readonly Uint8Array[]): Uint8Array {
  const writer = new ByteWriter(64 + names.length * 34).varuint(names.length)
  for (const name of names) writer.bytes(name)
  return writer.finish()
}

/** To the end. @throws WireError */
export function readNames(reader: ByteReader): Uint8Array[] {
  const names = Array.from({ length: reader.varuint(FAN_OUT) }, () => reader.bytes(MAX_NAME_BYTES))
  reader.end()
  return names
}
