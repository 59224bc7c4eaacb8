import type { Random } from '@pigeon/transport'
import { lazily } from './lazily.ts'

const sealing = lazily(() => import('./noble-sealing.ts'))

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
 * @returns the nonce, then ciphertext and tag: `SEALED_OVERHEAD_BYTES` more than `bytes`
 * @throws RangeError if the key has not 32 bytes
 * @see draft-irtf-cfrg-xchacha-03
 */
export async function sealWithKey(bytes: Uint8Array, options: SealOptions): Promise<Uint8Array> {
  return (await sealing()).seal(bytes, options)
}

/**
 * Opens what {@link sealWithKey} sealed. Bytes from the network may be given as they are.
 * @returns `undefined` if anything is not as it was sealed
 * @throws RangeError if the key has not 32 bytes
 */
export async function openWithKey(
  sealed: Uint8Array,
  options: Omit<SealOptions, 'random'>,
): Promise<Uint8Array | undefined> {
  return (await sealing()).open(sealed, options)
}
