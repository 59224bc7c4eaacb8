/**
 * Ed25519 and X25519 in JavaScript, for where the platform has none. Its own module, loaded on need.
 * @module
 */
import { ed25519, x25519 } from '@noble/curves/ed25519.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { concatBytes } from '@noble/hashes/utils.js'
import type { AgreementEngine, SignatureEngine } from './engine.ts'
import { isReceivingKey, isVerifiable } from './key-rules.ts'
import { requireBytes } from './require-bytes.ts'

const { Point } = ed25519

/** Ed25519. */
export const nobleSignatures: SignatureEngine = {
  signingKey(seed) {
    const secret = new Uint8Array(requireBytes('a secret key', seed, 32))
    return {
      publicKey: ed25519.getPublicKey(secret),
      sign: (bytes) => ed25519.sign(bytes, secret),
    }
  },
  verify(bytes, signature, key) {
    if (!isVerifiable(signature, key)) return false
    const r = signature.subarray(0, 32)
    try {
      // The library's own check multiplies by the cofactor; the other engines do not.
      const s = Point.Fn.fromBytes(signature.subarray(32))
      const k = toScalar(sha512(concatBytes(r, key, bytes)))
      const expected = Point.BASE.multiplyUnsafe(s).subtract(Point.fromBytes(key).multiplyUnsafe(k))
      return expected.toBytes().every((byte, index) => byte === r[index])
    } catch {
      return false // The key is no point of the curve.
    }
  },
}

/** X25519. */
export const nobleAgreement: AgreementEngine = {
  receivingKey(secret) {
    const kept = new Uint8Array(requireBytes('a secret key', secret, 32))
    return {
      publicKey: x25519.getPublicKey(kept),
      agree: (other) => (isReceivingKey(other) ? x25519.getSharedSecret(kept, other) : undefined),
    }
  },
}

/** 64 bytes, little-endian, modulo the order of the group. RFC 8032 §5.1.7. */
function toScalar(hash: Uint8Array): bigint {
  let value = 0n
  for (const byte of hash.slice().reverse()) value = (value << 8n) | BigInt(byte)
  return Point.Fn.create(value)
}
