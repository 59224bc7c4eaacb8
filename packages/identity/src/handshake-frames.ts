import { concatBytes } from '@noble/hashes/utils.js'
import { KEY_BYTES, SIGNATURE_BYTES } from './engine.ts'
import { NONCE_BYTES } from './link-proof.ts'

const HELLO = 1
const PROOF = 2
const VERSION = 1

/** A frame of the proof on a link. */
export type HandshakeFrame =
  | { readonly type: 'hello'; readonly key: Uint8Array; readonly nonce: Uint8Array }
  | { readonly type: 'proof'; readonly proof: Uint8Array }

export function encodeHello({ key, nonce }: { key: Uint8Array; nonce: Uint8Array }): Uint8Array {
  return concatBytes(Uint8Array.of(HELLO, VERSION), key, nonce)
}

export function encodeProof(proof: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(PROOF), proof)
}

/** Reads a frame; the bytes are copied. */
export function readHandshakeFrame(
  bytes: Uint8Array,
): HandshakeFrame | 'PROOF_MALFORMED' | 'PROOF_VERSION' {
  if (bytes[0] === HELLO) {
    // A later version may have a longer hello.
    if (bytes.length > 1 && bytes[1] !== VERSION) return 'PROOF_VERSION'
    if (bytes.length !== 2 + KEY_BYTES + NONCE_BYTES) return 'PROOF_MALFORMED'
    const key = bytes.slice(2, 2 + KEY_BYTES)
    return { type: 'hello', key, nonce: bytes.slice(2 + KEY_BYTES) }
  }
  const isProof = bytes[0] === PROOF && bytes.length === 1 + SIGNATURE_BYTES
  return isProof ? { type: 'proof', proof: bytes.slice(1) } : 'PROOF_MALFORMED'
}
