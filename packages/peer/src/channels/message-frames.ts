import { ByteReader, ByteWriter } from '@pigeon/transport'

/** Why a receiver did not take a message. */
export type Refusal = 'BUSY' | 'NOBODY' | 'TOO_LARGE'

const REFUSALS: readonly Refusal[] = ['BUSY', 'NOBODY', 'TOO_LARGE']

/** First byte of a frame. */
const Kind = { start: 1, more: 2, taken: 3, refused: 4, abandoned: 5 } as const

/** Bytes around a piece, at most. */
export const PIECE_OVERHEAD_BYTES = 20

/** A frame of `pigeon/messages/1`. `number` names a message of the sender of its first piece. */
export type MessageFrame =
  | { kind: 'start'; number: number; totalBytes: number; piece: Uint8Array }
  | { kind: 'more'; number: number; piece: Uint8Array }
  | { kind: 'taken'; number: number }
  | { kind: 'refused'; number: number; why: Refusal }
  | { kind: 'abandoned'; number: number }

/** `kind u8, number varuint`, then `totalBytes varuint` of a start, the piece, or a reason as u8. */
export function encodeMessageFrame(frame: MessageFrame): Uint8Array {
  const writer = new ByteWriter(PIECE_OVERHEAD_BYTES + ('piece' in frame ? frame.piece.length : 0))
  writer.u8(Kind[frame.kind]).varuint(frame.number)
  if (frame.kind === 'start') writer.varuint(frame.totalBytes)
  if ('piece' in frame) writer.raw(frame.piece)
  if (frame.kind === 'refused') writer.u8(REFUSALS.indexOf(frame.why))
  return writer.finish()
}

/** @returns undefined for what is no such frame */
export function decodeMessageFrame(bytes: Uint8Array): MessageFrame | undefined {
  try {
    const reader = new ByteReader(bytes)
    const frame = read(reader, reader.u8(), reader.varuint())
    reader.end()
    return frame
  } catch {
    return undefined
  }
}

function read(reader: ByteReader, kind: number, number: number): MessageFrame | undefined {
  switch (kind) {
    case Kind.start:
      return { kind: 'start', number, totalBytes: reader.varuint(), piece: reader.rest() }
    case Kind.more:
      return { kind: 'more', number, piece: reader.rest() }
    case Kind.taken:
      return { kind: 'taken', number }
    case Kind.refused: {
      const why = REFUSALS[reader.u8()]
      return why && { kind: 'refused', number, why }
    }
    case Kind.abandoned:
      return { kind: 'abandoned', number }
    default:
      return undefined
  }
}
