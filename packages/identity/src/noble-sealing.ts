/**
 * XChaCha20-Poly1305, which no platform has. Its own module, loaded on need.
 * @module
 */
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { concatBytes } from '@noble/hashes/utils.js'
import { SEALED_OVERHEAD_BYTES } from './limits.ts'
import { requireBytes } from './require-bytes.ts'
import type { SealOptions } from './sealing.ts'

const NONCE_BYTES = 24
const NONE = new Uint8Array(0)

/** As `sealWithKey`. */
export function seal(bytes: Uint8Array, { key, random, aad = NONE }: SealOptions): Uint8Array {
  requireBytes('a sealing key', key, 32)
  const nonce = random.fill(new Uint8Array(NONCE_BYTES))
  return concatBytes(nonce, xchacha20poly1305(key, nonce, aad).encrypt(bytes))
}

/** As `openWithKey`. */
export function open(
  sealed: Uint8Array,
  { key, aad = NONE }: Omit<SealOptions, 'random'>,
): Uint8Array | undefined {
  requireBytes('a sealing key', key, 32)
  if (sealed.length < SEALED_OVERHEAD_BYTES) return undefined
  const nonce = sealed.subarray(0, NONCE_BYTES)
  try {
    return xchacha20poly1305(key, nonce, aad).decrypt(sealed.subarray(NONCE_BYTES))
  } catch {
    return undefined
  }
}
