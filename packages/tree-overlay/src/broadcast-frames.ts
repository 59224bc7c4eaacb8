import { ByteReader, ByteWriter } from '@pigeon/transport'
import { Kind } from './kind.ts'

/** Which broadcast of which root. */
export interface Position {
  readonly term: number
  /** Of this term, from 1; 0: none. */
  readonly number: number
}

export function encodeBroadcast({ term, number }: Position, payload: Uint8Array): Uint8Array {
  const writer = new ByteWriter(16 + payload.length).u8(Kind.broadcast).u32(term).varuint(number)
  return writer.raw(payload).finish()
}

/** @throws WireError */
export function decodeBroadcast(bytes: Uint8Array): Position & { readonly payload: Uint8Array } {
  const reader = new ByteReader(bytes)
  reader.u8()
  return { term: reader.u32(), number: reader.varuint(), payload: reader.rest() }
}

/** The first word of a child: which broadcast it heard last. */
export function encodeAttach({ term, number }: Position): Uint8Array {
  return new ByteWriter(16).u8(Kind.attach).u32(term).varuint(number).finish()
}

/** @throws WireError */
export function decodeAttach(bytes: Uint8Array): Position {
  const reader = new ByteReader(bytes)
  reader.u8()
  const position = { term: reader.u32(), number: reader.varuint() }
  reader.end()
  return position
}

/** Whether one broadcast is later than another. */
export function isAfter(a: Position, b: Position): boolean {
  return a.term > b.term || (a.term === b.term && a.number > b.number)
}
