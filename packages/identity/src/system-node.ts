/**
 * The cryptography of this process: OpenSSL by way of Node, synchronous but for scrypt.
 * @module
 */
import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  type KeyObject,
  scrypt,
  sign,
  verify,
} from 'node:crypto'
import { bytesToHex } from '@noble/hashes/utils.js'
import { type Curve, secretKeyDer } from './der.ts'
import type { CryptoEngine } from './engine.ts'
import { isReceivingKey, isVerifiable } from './key-rules.ts'
import { LruMap } from './lru-map.ts'
import { requireBytes } from './require-bytes.ts'

/** Keys that are kept ready to verify with: making one takes a third of a check's time. */
const KNOWN_KEYS = 256

const TAG_BYTES = 16
const known = new LruMap<KeyObject>(KNOWN_KEYS)

/** Node's own cryptography. All but `scrypt` is synchronous. */
export const systemCrypto: CryptoEngine = {
  signingKey(seed) {
    const { key, publicKey } = secretKey('Ed25519', seed)
    return { publicKey, sign: (bytes) => new Uint8Array(sign(null, bytes, key)) }
  },
  verify(bytes, signature, key) {
    if (!isVerifiable(signature, key)) return false
    try {
      return verify(null, bytes, knownKey(key), signature)
    } catch {
      return false // A key that is no point may be refused when it is read.
    }
  },
  receivingKey(secret) {
    const { key, publicKey } = secretKey('X25519', secret)
    return {
      publicKey,
      agree(other) {
        if (!isReceivingKey(other)) return undefined
        const shared = diffieHellman({ privateKey: key, publicKey: toKey('X25519', other) })
        return new Uint8Array(shared)
      },
    }
  },
  sealGcm(key, nonce, bytes, aad) {
    const cipher = createCipheriv(gcm(key), key, nonce).setAAD(aad)
    return new Uint8Array(
      Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]),
    )
  },
  openGcm(key, nonce, sealed, aad) {
    if (sealed.length < TAG_BYTES) return undefined
    const end = sealed.length - TAG_BYTES
    const decipher = createDecipheriv(gcm(key), key, nonce, { authTagLength: TAG_BYTES })
      .setAAD(aad)
      .setAuthTag(sealed.subarray(end))
    try {
      return new Uint8Array(
        Buffer.concat([decipher.update(sealed.subarray(0, end)), decipher.final()]),
      )
    } catch {
      return undefined
    }
  },
  scrypt(passphrase, salt, { n, r, p }) {
    // Twice what it needs: OpenSSL counts a little more than 128 × n × r.
    const options = { N: n, r, p, maxmem: 256 * n * r + 1024 * 1024 }
    return new Promise((resolve, reject) => {
      scrypt(passphrase, salt, 32, options, (error, key) => {
        if (error) reject(error)
        else resolve(new Uint8Array(key))
      })
    })
  },
}

function secretKey(curve: Curve, given: Uint8Array): { key: KeyObject; publicKey: Uint8Array } {
  const key = toSecretKey(curve, requireBytes('a secret key', given, 32))
  const { x } = createPublicKey(key).export({ format: 'jwk' })
  return { key, publicKey: new Uint8Array(Buffer.from(x as string, 'base64url')) }
}

function toSecretKey(curve: Curve, secret: Uint8Array): KeyObject {
  const jwk = { kty: 'OKP', crv: curve, d: Buffer.from(secret).toString('base64url'), x: '' }
  try {
    // OpenSSL takes seven times as long to read a key in DER.
    return createPrivateKey({ key: jwk, format: 'jwk' })
  } catch {
    // Later versions of Node want to know the public half beforehand.
    const der = Buffer.from(secretKeyDer(curve, secret))
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  }
}

function toKey(curve: Curve, key: Uint8Array): KeyObject {
  const jwk = { kty: 'OKP', crv: curve, x: Buffer.from(key).toString('base64url') }
  return createPublicKey({ key: jwk, format: 'jwk' })
}

function knownKey(key: Uint8Array): KeyObject {
  const name = bytesToHex(key)
  const found = known.get(name)
  if (found !== undefined) return found
  const made = toKey('Ed25519', key)
  known.set(name, made)
  return made
}

function gcm(key: Uint8Array): 'aes-128-gcm' | 'aes-256-gcm' {
  return key.length === 16 ? 'aes-128-gcm' : 'aes-256-gcm'
}
