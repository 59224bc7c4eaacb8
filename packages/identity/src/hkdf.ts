/**
 * Keys out of a strong secret.
 * @module
 */
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'

/** What {@link deriveKey} makes a key for. */
export interface KeyPurpose {
  /** Not secret, may be empty; different salts give unrelated keys. */
  readonly salt: Uint8Array
  /** Names the one purpose the key serves, and all it is bound to. */
  readonly info: Uint8Array
  /** 1 to 8,160. Default 32. */
  readonly length?: number
}

/**
 * HKDF with SHA-256: a key for one purpose from a secret that is already strong. Never from a
 * password: that takes `startPasswordExchange`.
 * @throws Error if `length` is above 8,160
 * @see RFC 5869
 */
export function deriveKey(secret: Uint8Array, { salt, info, length = 32 }: KeyPurpose): Uint8Array {
  return hkdf(sha256, secret, salt, info, length)
}
