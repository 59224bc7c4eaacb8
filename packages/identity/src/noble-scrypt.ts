/**
 * scrypt in JavaScript: no browser has it. Its own module, loaded on need.
 * @module
 */
import { scryptAsync } from '@noble/hashes/scrypt.js'
import type { ScryptCost } from './engine.ts'

/** RFC 7914. Lets other tasks run every 10 ms. @returns 32 bytes */
export function nobleScrypt(
  passphrase: Uint8Array,
  salt: Uint8Array,
  { n, r, p }: ScryptCost,
): Promise<Uint8Array> {
  return scryptAsync(passphrase, salt, {
    N: n,
    r,
    p,
    dkLen: 32,
    maxmem: 256 * n * r + 1024 * 1024,
  })
}
