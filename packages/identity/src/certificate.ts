import { concatBytes } from '@noble/hashes/utils.js'
import type { PeerId } from '@pigeon/xor'
import { type Awaitable, chain } from './awaitable.ts'
import { type Signer, signCard } from './card.ts'
import type { CardVerifier } from './card-verifier.ts'
import { KEY_BYTES } from './engine.ts'
import { isReceivingKey, isSigningKey } from './key-rules.ts'

/** The kind of card by which a user's key vouches for one running instance. */
export const CERTIFICATE_KIND = 'certificate'

/** The longest a certificate is accepted for: 30 days, ms. Expiry is the only revocation. */
export const MAX_CERTIFICATE_VALID_MS: number = 30 * 24 * 60 * 60 * 1000

/** A user: one person on all of their devices and tabs, by the key they keep. */
export interface User {
  /** The id the user's key proves. It is no address: the user's instances have ids of their own. */
  readonly id: PeerId
  /** 32 bytes of Ed25519 public key. */
  readonly key: Uint8Array
  /** 32 bytes of X25519 public key. */
  readonly receivingKey: Uint8Array
}

/** What a certificate says. */
export interface Certificate {
  readonly user: User
  /** 32 bytes: the Ed25519 public key of the instance. */
  readonly instance: Uint8Array
  readonly validUntil: number
}

/**
 * Vouches for an instance.
 * @param user signs
 * @param instance 32 bytes of Ed25519 public key
 */
export function signCertificate(
  user: Signer & { readonly receivingKey: Uint8Array },
  instance: Uint8Array,
  { time, validMs }: { time: number; validMs: number },
): Awaitable<Uint8Array> {
  const body = concatBytes(instance, user.receivingKey)
  return signCard(user, { kind: CERTIFICATE_KIND, time, validMs, body })
}

/** Reads and checks a certificate; `undefined` if it is none, or not valid now. */
export function checkCertificate(
  verifier: CardVerifier,
  bytes: Uint8Array,
  now: number,
): Awaitable<Certificate | undefined> {
  const maxValidMs = MAX_CERTIFICATE_VALID_MS
  const checked = verifier.check(bytes, { kind: CERTIFICATE_KIND, now, maxValidMs })
  return chain(checked, (result) => {
    if (!result.ok || result.card.body.length !== 2 * KEY_BYTES) return undefined
    const { id, key, body, validUntil } = result.card
    const instance = body.subarray(0, KEY_BYTES)
    const receivingKey = body.subarray(KEY_BYTES)
    if (!isSigningKey(instance) || !isReceivingKey(receivingKey)) return undefined
    return { user: { id, key, receivingKey }, instance, validUntil }
  })
}
