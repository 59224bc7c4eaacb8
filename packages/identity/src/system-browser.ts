/**
 * The cryptography of this page: the Web Cryptography API, and JavaScript for what it lacks, each
 * part loaded when it is first used.
 * @module
 */
import type { AgreementEngine, CipherEngine, CryptoEngine, SignatureEngine } from './engine.ts'
import { lazily } from './lazily.ts'
import { knowsCurve, webAgreement, webCipher, webSignatures } from './web-engines.ts'

/**
 * An engine over a page's `crypto.subtle`.
 * @param subtle `undefined` where a page has none, as one that did not come by https
 */
export function browserCrypto(subtle: SubtleCrypto | undefined): CryptoEngine {
  const signatures = lazily<SignatureEngine>(async () => {
    if (subtle !== undefined && (await knowsCurve(subtle, 'Ed25519'))) return webSignatures(subtle)
    return (await import('./noble-curves.ts')).nobleSignatures
  })
  const agreement = lazily<AgreementEngine>(async () => {
    if (subtle !== undefined && (await knowsCurve(subtle, 'X25519'))) return webAgreement(subtle)
    return (await import('./noble-curves.ts')).nobleAgreement
  })
  const cipher = lazily<CipherEngine>(async () => {
    if (subtle !== undefined) return webCipher(subtle)
    return (await import('./noble-gcm.ts')).nobleCipher
  })
  return {
    signingKey: async (...given) => (await signatures()).signingKey(...given),
    verify: async (...given) => (await signatures()).verify(...given),
    receivingKey: async (...given) => (await agreement()).receivingKey(...given),
    sealGcm: async (...given) => (await cipher()).sealGcm(...given),
    openGcm: async (...given) => (await cipher()).openGcm(...given),
    scrypt: async (...given) => (await import('./noble-scrypt.ts')).nobleScrypt(...given),
  }
}

/** The cryptography of this page. Everything is asynchronous. */
export const systemCrypto: CryptoEngine = browserCrypto(globalThis.crypto?.subtle)
