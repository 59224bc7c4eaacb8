/**
 * AES-GCM in JavaScript, for pages without the Web Cryptography API. Its own module, loaded on need.
 * @module
 */
import { gcm } from '@noble/ciphers/aes.js'
import type { CipherEngine } from './engine.ts'

/** AES-GCM. */
export const nobleCipher: CipherEngine = {
  sealGcm: (key, nonce, bytes, aad) => gcm(key, nonce, aad).encrypt(bytes),
  openGcm(key, nonce, sealed, aad) {
    try {
      return gcm(key, nonce, aad).decrypt(sealed)
    } catch {
      return undefined
    }
  },
}
