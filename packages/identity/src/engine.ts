import type { Awaitable } from './awaitable.ts'

/** Bytes of an Ed25519 or X25519 key, public or secret. RFC 8032 §5.1.5, RFC 7748 §5. */
export const KEY_BYTES = 32

/** Bytes of an Ed25519 signature. RFC 8032 §5.1.6. */
export const SIGNATURE_BYTES = 64

/**
 * Whether `signature` is `key`'s signature of `bytes`; anything may be passed, nothing throws.
 * Every {@link CryptoEngine} accepts the same signatures, see `isVerifiable`.
 */
export type Verify = (
  bytes: Uint8Array,
  signature: Uint8Array,
  key: Uint8Array,
) => Awaitable<boolean>

/** An Ed25519 key; the secret half stays inside. */
export interface SigningKey {
  /** 32 bytes. */
  readonly publicKey: Uint8Array
  /** @returns 64 bytes, the same for the same bytes */
  sign(bytes: Uint8Array): Awaitable<Uint8Array>
}

/** An X25519 key; the secret half stays inside. */
export interface ReceivingKey {
  /** 32 bytes. */
  readonly publicKey: Uint8Array
  /**
   * The secret shared with the holder of another key.
   * @returns 32 bytes, or `undefined` for a key that `isReceivingKey` refuses
   */
  agree(publicKey: Uint8Array): Awaitable<Uint8Array | undefined>
}

/** Ed25519. */
export interface SignatureEngine {
  /** @param seed 32 bytes, copied */
  signingKey(seed: Uint8Array): Awaitable<SigningKey>
  readonly verify: Verify
}

/** X25519. */
export interface AgreementEngine {
  /** @param secret 32 bytes, copied */
  receivingKey(secret: Uint8Array): Awaitable<ReceivingKey>
}

/** AES-GCM with a tag of 16 bytes behind the ciphertext. NIST SP 800-38D. */
export interface CipherEngine {
  /**
   * @param key 16 or 32 bytes
   * @param nonce 12 bytes, never twice with one key
   * @param aad authenticated, but not part of the result
   */
  sealGcm(
    key: Uint8Array,
    nonce: Uint8Array,
    bytes: Uint8Array,
    aad: Uint8Array,
  ): Awaitable<Uint8Array>
  /** @returns `undefined` if anything is not as it was sealed */
  openGcm(
    key: Uint8Array,
    nonce: Uint8Array,
    sealed: Uint8Array,
    aad: Uint8Array,
  ): Awaitable<Uint8Array | undefined>
}

/** What scrypt costs: 128 × `n` × `r` bytes of memory, and time in proportion to `n × r × p`. */
export interface ScryptCost {
  /** A power of two. */
  readonly n: number
  readonly r: number
  readonly p: number
}

/** The cryptography of one platform; `@pigeon/identity/system` has the one that runs here. */
export interface CryptoEngine extends SignatureEngine, AgreementEngine, CipherEngine {
  /** RFC 7914. @returns 32 bytes */
  scrypt(passphrase: Uint8Array, salt: Uint8Array, cost: ScryptCost): Awaitable<Uint8Array>
}
