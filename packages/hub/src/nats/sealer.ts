import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import type { CipherEngine } from '@pigeon/identity'
import { ByteWriter } from '@pigeon/transport'

const DOMAIN = 'pigeon/hub-session/1'

/** What is sealed grows by so many bytes. */
export const SEAL_BYTES = 16

/** The two keys of a session: what one side seals the other opens. */
export interface SessionKeys {
  readonly toListener: Uint8Array
  readonly toDialler: Uint8Array
}

/**
 * Keys from the secret that both sides agreed on, bound to all that they said before.
 * @see RFC 5869 (HKDF): one extraction, and an expansion for each direction
 */
export function sessionKeys(shared: Uint8Array, transcript: Uint8Array): SessionKeys {
  const secret = hmac(sha256, transcript, shared)
  const key = (name: string): Uint8Array =>
    hmac(sha256, secret, new ByteWriter().text(DOMAIN).text(name).u8(1).finish())
  return { toListener: key('to listener'), toDialler: key('to dialler') }
}

/** Seals bytes under their number; no number is used twice with one key. */
export function sealNumbered(
  crypto: CipherEngine,
  key: Uint8Array,
  number: number,
  bytes: Uint8Array,
): Uint8Array {
  return crypto.sealGcm(key, nonceOf(number), bytes, NOTHING) as Uint8Array
}

/** @returns `undefined` if it was not sealed by the holder of the key, under this number */
export function openNumbered(
  crypto: CipherEngine,
  key: Uint8Array,
  number: number,
  sealed: Uint8Array,
): Uint8Array | undefined {
  return crypto.openGcm(key, nonceOf(number), sealed, NOTHING) as Uint8Array | undefined
}

const NOTHING = new Uint8Array(0)

function nonceOf(number: number): Uint8Array {
  return new ByteWriter(12).u32(0).u64(number).finish()
}
