/**
 * Ed25519, X25519 and AES-GCM of the Web Cryptography API.
 * @see W3C Web Cryptography; WICG Secure Curves in the Web Cryptography API
 * @module
 */
import { bytesToHex } from '@noble/hashes/utils.js'
import { type Curve, secretKeyDer } from './der.ts'
import type { AgreementEngine, CipherEngine, SignatureEngine } from './engine.ts'
import { isReceivingKey, isVerifiable } from './key-rules.ts'
import { LruMap } from './lru-map.ts'
import { requireBytes } from './require-bytes.ts'

/** Keys that are kept ready to verify with. */
const KNOWN_KEYS = 256

/** The Web Cryptography API takes no views of shared memory; nothing here has any. */
type Source = Uint8Array<ArrayBuffer>

/** Whether `subtle` knows a curve: of the browsers in use, not all do. */
export async function knowsCurve(subtle: SubtleCrypto, curve: Curve): Promise<boolean> {
  try {
    await subtle.importKey('raw', BASE_POINTS[curve], curve, true, USES[curve].public)
    return true
  } catch {
    return false
  }
}

const BASE_POINTS: Readonly<Record<Curve, Source>> = {
  Ed25519: Uint8Array.from({ length: 32 }, (_, index) => (index === 0 ? 0x58 : 0x66)),
  X25519: Uint8Array.from({ length: 32 }, (_, index) => (index === 0 ? 9 : 0)),
}

const USES: Readonly<Record<Curve, { public: KeyUsage[]; secret: KeyUsage[] }>> = {
  Ed25519: { public: ['verify'], secret: ['sign'] },
  X25519: { public: [], secret: ['deriveBits'] },
}

/** The secret half as a key that cannot be exported, and the public half. */
async function secretKey(
  subtle: SubtleCrypto,
  curve: Curve,
  secret: Uint8Array,
): Promise<{ key: CryptoKey; publicKey: Uint8Array }> {
  const der = secretKeyDer(curve, requireBytes('a secret key', secret, 32)) as Source
  const uses = USES[curve].secret
  // Only an exported key tells its public half.
  const open = await subtle.importKey('pkcs8', der, curve, true, uses)
  const { x } = await subtle.exportKey('jwk', open)
  const key = await subtle.importKey('pkcs8', der, curve, false, uses)
  der.fill(0)
  return { key, publicKey: fromBase64Url(x as string) }
}

/** Ed25519. */
export function webSignatures(subtle: SubtleCrypto): SignatureEngine {
  const known = new LruMap<Promise<CryptoKey>>(KNOWN_KEYS)
  const knownKey = (key: Uint8Array): Promise<CryptoKey> => {
    const name = bytesToHex(key)
    const found = known.get(name)
    if (found !== undefined) return found
    const made = subtle.importKey('raw', key as Source, 'Ed25519', false, ['verify'])
    known.set(name, made)
    return made
  }
  return {
    async signingKey(seed) {
      const { key, publicKey } = await secretKey(subtle, 'Ed25519', seed)
      return {
        publicKey,
        async sign(bytes) {
          return new Uint8Array(await subtle.sign('Ed25519', key, bytes as Source))
        },
      }
    },
    async verify(bytes, signature, key) {
      if (!isVerifiable(signature, key)) return false
      try {
        const imported = await knownKey(key)
        return await subtle.verify('Ed25519', imported, signature as Source, bytes as Source)
      } catch {
        return false // Some refuse a key that is no point when it is imported.
      }
    },
  }
}

/** X25519. */
export function webAgreement(subtle: SubtleCrypto): AgreementEngine {
  return {
    async receivingKey(secret) {
      const { key, publicKey } = await secretKey(subtle, 'X25519', secret)
      return {
        publicKey,
        async agree(other) {
          if (!isReceivingKey(other)) return undefined
          const imported = await subtle.importKey('raw', other as Source, 'X25519', false, [])
          const algorithm = { name: 'X25519', public: imported }
          return new Uint8Array(await subtle.deriveBits(algorithm, key, 256))
        },
      }
    },
  }
}

/** AES-GCM. */
export function webCipher(subtle: SubtleCrypto): CipherEngine {
  const parameters = (nonce: Uint8Array, aad: Uint8Array): AesGcmParams => ({
    name: 'AES-GCM',
    iv: nonce as Source,
    additionalData: aad as Source,
  })
  const toKey = (key: Uint8Array, use: KeyUsage): Promise<CryptoKey> =>
    subtle.importKey('raw', key as Source, 'AES-GCM', false, [use])
  return {
    async sealGcm(key, nonce, bytes, aad) {
      const imported = await toKey(key, 'encrypt')
      return new Uint8Array(await subtle.encrypt(parameters(nonce, aad), imported, bytes as Source))
    },
    async openGcm(key, nonce, sealed, aad) {
      const imported = await toKey(key, 'decrypt')
      try {
        return new Uint8Array(
          await subtle.decrypt(parameters(nonce, aad), imported, sealed as Source),
        )
      } catch {
        return undefined
      }
    },
  }
}

function fromBase64Url(text: string): Uint8Array {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}
