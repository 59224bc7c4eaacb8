/**
 * What was wrong with a message: no first byte; a type that does not exist in this direction; too
 * short or too long; a body that is not UTF-8 JSON; a body that breaks its schema.
 */
export type DecodeErrorCode = 'EMPTY' | 'UNKNOWN_TYPE' | 'LENGTH' | 'NOT_JSON' | 'INVALID'

/** A message, or what is wrong with it. */
export type Decoded<M> =
  | { readonly ok: true; readonly message: M }
  | { readonly ok: false; readonly code: DecodeErrorCode; readonly reason: string }

/** A message without a type, or with one that does not exist in this direction. */
export function unknownType(type: number | undefined): Decoded<never> {
  return type === undefined
    ? { ok: false, code: 'EMPTY', reason: 'no bytes' }
    : { ok: false, code: 'UNKNOWN_TYPE', reason: `type ${type} is not known here` }
}

export function tooShort(bytes: Uint8Array, needed: number): Decoded<never> {
  return { ok: false, code: 'LENGTH', reason: `needs ${needed} bytes, got ${bytes.length}` }
}
