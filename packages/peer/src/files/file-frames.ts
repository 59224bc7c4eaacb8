import { ByteReader, ByteWriter } from '@pigeon/transport'
import { STOP_CODES, type StopCode } from './transfer-error.ts'

/** UTF-8 bytes of a name, of a type, and of a reason. */
export const MAX_NAME_BYTES = 255
export const MAX_TYPE_BYTES = 127
const MAX_REASON_BYTES = 255

const ID_BYTES = 8
const HASH_BYTES = 32

/** Bytes around a chunk, at most. */
const CHUNK_OVERHEAD_BYTES = 24

const Kind = {
  offer: 1,
  accept: 2,
  data: 3,
  credit: 4,
  end: 5,
  done: 6,
  stop: 7,
  alive: 8,
} as const

/** A frame of `pigeon/files/1`; `id` names a transfer, 16 hexadecimal digits. */
export type FileFrame = { readonly id: string } & (
  | { kind: 'offer'; size: number | undefined; name: string; type: string }
  /** Go on from `offset`, and as far as `limit`. */
  | { kind: 'accept'; offset: number; limit: number }
  | { kind: 'data'; offset: number; chunk: Uint8Array }
  /** What lies before `used` is not needed again; send as far as `limit`. */
  | { kind: 'credit'; used: number; limit: number }
  | { kind: 'end'; size: number; hash: Uint8Array }
  | { kind: 'done' }
  | { kind: 'stop'; code: StopCode; reason: string }
  | { kind: 'alive' }
)

/** `kind u8, id 8 bytes`, then the rest in the order of {@link FileFrame}; `size` + 1, 0 if unknown. */
export function encodeFileFrame(frame: FileFrame): Uint8Array {
  const chunkBytes = frame.kind === 'data' ? frame.chunk.length : 0
  const writer = new ByteWriter(CHUNK_OVERHEAD_BYTES + chunkBytes).u8(Kind[frame.kind])
  writer.u32(Number.parseInt(frame.id.slice(0, 8), 16))
  writer.u32(Number.parseInt(frame.id.slice(8), 16))
  switch (frame.kind) {
    case 'offer':
      writer.varuint(frame.size === undefined ? 0 : frame.size + 1)
      writer.text(frame.name).text(frame.type)
      break
    case 'accept':
      writer.varuint(frame.offset).varuint(frame.limit)
      break
    case 'data':
      writer.varuint(frame.offset).raw(frame.chunk)
      break
    case 'credit':
      writer.varuint(frame.used).varuint(frame.limit)
      break
    case 'end':
      writer.varuint(frame.size).raw(frame.hash)
      break
    case 'stop':
      // A character has at most four bytes.
      writer.u8(STOP_CODES.indexOf(frame.code)).text([...frame.reason].slice(0, 60).join(''))
      break
  }
  return writer.finish()
}

/** @returns undefined for what is no such frame */
export function decodeFileFrame(bytes: Uint8Array): FileFrame | undefined {
  try {
    const reader = new ByteReader(bytes)
    const kind = reader.u8()
    const id = transferId(reader.raw(ID_BYTES))
    const frame = read(reader, kind, id)
    reader.end()
    return frame
  } catch {
    return undefined
  }
}

/** @param bytes 8 of them */
export function transferId(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

function read(reader: ByteReader, kind: number, id: string): FileFrame | undefined {
  switch (kind) {
    case Kind.offer: {
      const size = reader.varuint()
      const name = reader.text(MAX_NAME_BYTES)
      const type = reader.text(MAX_TYPE_BYTES)
      return { kind: 'offer', id, size: size === 0 ? undefined : size - 1, name, type }
    }
    case Kind.accept:
      return { kind: 'accept', id, offset: reader.varuint(), limit: reader.varuint() }
    case Kind.data:
      return { kind: 'data', id, offset: reader.varuint(), chunk: reader.rest() }
    case Kind.credit:
      return { kind: 'credit', id, used: reader.varuint(), limit: reader.varuint() }
    case Kind.end:
      return { kind: 'end', id, size: reader.varuint(), hash: reader.raw(HASH_BYTES) }
    case Kind.done:
      return { kind: 'done', id }
    case Kind.stop: {
      const code = STOP_CODES[reader.u8()]
      const reason = reader.text(MAX_REASON_BYTES)
      return code && { kind: 'stop', id, code, reason }
    }
    case Kind.alive:
      return { kind: 'alive', id }
    default:
      return undefined
  }
}
