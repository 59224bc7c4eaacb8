import { ByteReader, ByteWriter, WireError } from '@pigeon/transport'
import { Kind } from './kind.ts'

/** Why a node says goodbye to a neighbour. */
export const Leave = {
  /** It leaves the tree. */
  closing: 0,
  /** A child goes elsewhere, with all that is below it. */
  moved: 1,
  /** A parent sends its child away. */
  dismissed: 2,
} as const

export function encodeLeave(reason: number): Uint8Array {
  return Uint8Array.of(Kind.leave, reason)
}

/** The first word of a parent. @param generation of the child's place */
export function encodeSeat(generation: number): Uint8Array {
  return new ByteWriter(16).u8(Kind.seat).varuint(generation).finish()
}

/** @throws WireError if it is something else */
export function decodeSeat(bytes: Uint8Array): number {
  const reader = new ByteReader(bytes)
  if (reader.u8() !== Kind.seat) throw new WireError('WIRE_MALFORMED', 'a parent speaks first')
  const generation = reader.varuint()
  reader.end()
  return generation
}
