/**
 * XChaCha20-Poly1305, which no platform has. Its own module, loaded on need.
 * @module
 */
export { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
