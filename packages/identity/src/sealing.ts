import { concatBytes } from '@noble/hashes/utils.js'
import type { Random } from '@pigeon/transport'
import { lazily } from './lazily.ts'
import { requireBytes } from './require-bytes.ts'

/** Bytes a sealed message is longer: a nonce of 24 and a tag of 16. */
export const SEALED_OVERHEAD_BYTES = 40

const NONCE_BYTES = 24
const NONE = new Uint8Array(0)
const cipher = lazily(async () => (await import('./noble-xchacha.ts')).xchacha20poly1305)

/** How {@link sealWithKey} seals. */
export interface SealOptions {
  /** 32 bytes, for this purpose alone. */
  readonly key: Uint8Array
  /** Makes the nonce: 24 random bytes never come twice, however much one key seals. */
  readonly random: Random
  /** Authenticated, but not part of the result. Default nothing. */
  readonly aad?: Uint8Array
}

/**
 * Seals with a key both sides have: XChaCha20-Poly1305.
 * @returns the nonce, then ciphertext and tag: {@link SEALED_OVERHEAD_BYTES} more than `bytes`
 * @throws RangeError if the key has not 32 bytes
 * @see draft-irtf-cfrg-xchacha-03
 */
export async function sealWithKey(
  bytes: Uint8Array,
  { key, random, aad = NONE }: SealOptions,
): Promise<Uint8Array> {
  requireBytes('a sealing key', key, 32)
  const xchacha20poly1305 = await cipher()
  const nonce = random.fill(new Uint8Array(NONCE_BYTES))
  return concatBytes(nonce, xchacha20poly1305(key, nonce, aad).encrypt(bytes))
}

/**
 * Opens what {@link sealWithKey} sealed. Bytes from the network may be given as they are.
 * @returns `undefined` if anything is not as it was sealed
 * @throws RangeError if the key has not 32 bytes
 */
export async function openWithKey(
  sealed: Uint8Array,
  { key, aad = NONE }: Omit<SealOptions, 'random'>,
): Promise<Uint8Array | undefined> {
  requireBytes('a sealing key', key, 32)
  const xchacha20poly1305 = await cipher()
  if (sealed.length < SEALED_OVERHEAD_BYTES) return undefined
  const nonce = sealed.subarray(0, NONCE_BYTES)
  try {
    return xchacha20poly1305(key, nonce, aad).decrypt(sealed.subarray(NONCE_BYTES))
  } catch {
    return undefined
  }
}
