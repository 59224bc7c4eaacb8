import { type ByteReader, type ByteWriter, WireError } from '@pigeon/transport'
import { KEY_ID_BYTES, MAX_EPOCHS, MAX_MEMBERS } from './limits.ts'

/** Bytes of a member's key that say which envelope is for whom. */
export const MEMBER_BYTES = 8

/** A key sealed with a key: 32 bytes, a nonce and a tag. */
const WRAP_BYTES = 72

/** A key in an envelope to one member. */
const ENVELOPE_BYTES = 82

/** A new key of a space, for everybody who may read from now on. */
export interface Epoch {
  readonly keyId: Uint8Array
  /** Older keys, sealed with this one: who can read now can read what was written before. */
  readonly wraps: readonly { readonly keyId: Uint8Array; readonly sealed: Uint8Array }[]
  readonly envelopes: readonly { readonly member: Uint8Array; readonly sealed: Uint8Array }[]
}

export function writeEpoch(writer: ByteWriter, { keyId, wraps, envelopes }: Epoch): void {
  writer.raw(keyId).varuint(wraps.length)
  for (const wrap of wraps) writer.raw(wrap.keyId).raw(wrap.sealed)
  writer.varuint(envelopes.length)
  for (const { member, sealed } of envelopes) writer.raw(member).raw(sealed)
}

export function readEpoch(reader: ByteReader): Epoch {
  const keyId = reader.raw(KEY_ID_BYTES)
  const wraps = Array.from({ length: reader.varuint(MAX_EPOCHS) }, () => ({
    keyId: reader.raw(KEY_ID_BYTES),
    sealed: reader.raw(WRAP_BYTES),
  }))
  const count = reader.varuint(MAX_MEMBERS)
  if (count * (MEMBER_BYTES + ENVELOPE_BYTES) > reader.remaining) {
    throw new WireError('WIRE_TRUNCATED', `${count} envelopes in ${reader.remaining} bytes`)
  }
  const envelopes = Array.from({ length: count }, () => ({
    member: reader.raw(MEMBER_BYTES),
    sealed: reader.raw(ENVELOPE_BYTES),
  }))
  return { keyId, wraps, envelopes }
}
