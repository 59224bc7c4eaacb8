/**
 * Hybrid public key encryption in base mode, one message a key: DHKEM(X25519, HKDF-SHA256),
 * HKDF-SHA256 and AES-GCM. Browsers have AES-GCM and no ChaCha20, so sealing needs no JavaScript
 * cipher there.
 * @see RFC 9180
 * @module
 */
import { expand, extract } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { type Awaitable, chain } from './awaitable.ts'
import type { CryptoEngine, ReceivingKey } from './engine.ts'

/** A cipher of RFC 9180, table 5. */
interface Aead {
  readonly id: number
  readonly keyBytes: number
}

/** The cipher used here. */
const AES_256_GCM: Aead = { id: 2, keyBytes: 32 }

const KEM_ID = [0, 0x20] as const
const KDF_ID = [0, 1] as const
const NONCE_BYTES = 12
const NONE = new Uint8Array(0)
const VERSION_LABEL = utf8ToBytes('HPKE-v1')
const KEM_SUITE = concatBytes(utf8ToBytes('KEM'), Uint8Array.from(KEM_ID))

/** What both sides know beside the keys. */
export interface HpkeContext {
  /** Whose purpose the key serves: other purposes get other keys. */
  readonly info: Uint8Array
  /** Authenticated, but not part of the message. */
  readonly aad: Uint8Array
  /** Default AES-256-GCM. */
  readonly aead?: Aead
}

/**
 * Seals to a recipient. RFC 9180 §6.1.
 * @param ephemeral made for this message alone; its public key goes with it
 * @returns the ciphertext, or `undefined` for a recipient's key that `isReceivingKey` refuses
 */
export function hpkeSeal(
  crypto: CryptoEngine,
  ephemeral: ReceivingKey,
  recipient: Uint8Array,
  bytes: Uint8Array,
  { info, aad, aead = AES_256_GCM }: HpkeContext,
): Awaitable<Uint8Array | undefined> {
  return chain(ephemeral.agree(recipient), (dh) => {
    if (dh === undefined) return undefined
    const { key, nonce } = schedule(dh, ephemeral.publicKey, recipient, info, aead)
    return crypto.sealGcm(key, nonce, bytes, aad)
  })
}

/**
 * Opens what {@link hpkeSeal} made.
 * @param enc the ephemeral public key
 * @returns `undefined` if it was not sealed so
 */
export function hpkeOpen(
  crypto: CryptoEngine,
  recipient: ReceivingKey,
  enc: Uint8Array,
  sealed: Uint8Array,
  { info, aad, aead = AES_256_GCM }: HpkeContext,
): Awaitable<Uint8Array | undefined> {
  return chain(recipient.agree(enc), (dh) => {
    if (dh === undefined) return undefined
    const { key, nonce } = schedule(dh, enc, recipient.publicKey, info, aead)
    return crypto.openGcm(key, nonce, sealed, aad)
  })
}

/** RFC 9180 §4.1, ExtractAndExpand, and §5.1, KeySchedule, for the base mode. */
function schedule(
  dh: Uint8Array,
  enc: Uint8Array,
  recipient: Uint8Array,
  info: Uint8Array,
  aead: Aead,
): { key: Uint8Array; nonce: Uint8Array } {
  const kemContext = concatBytes(enc, recipient)
  const prk = labeledExtract(KEM_SUITE, NONE, 'eae_prk', dh)
  const shared = labeledExpand(KEM_SUITE, prk, 'shared_secret', kemContext, 32)
  const suite = concatBytes(
    utf8ToBytes('HPKE'),
    Uint8Array.of(...KEM_ID, ...KDF_ID, aead.id >> 8, aead.id & 255),
  )
  const context = concatBytes(
    Uint8Array.of(0),
    labeledExtract(suite, NONE, 'psk_id_hash', NONE),
    labeledExtract(suite, NONE, 'info_hash', info),
  )
  const secret = labeledExtract(suite, shared, 'secret', NONE)
  return {
    key: labeledExpand(suite, secret, 'key', context, aead.keyBytes),
    nonce: labeledExpand(suite, secret, 'base_nonce', context, NONCE_BYTES),
  }
}

function labeledExtract(
  suite: Uint8Array,
  salt: Uint8Array,
  label: string,
  ikm: Uint8Array,
): Uint8Array {
  return extract(sha256, concatBytes(VERSION_LABEL, suite, utf8ToBytes(label), ikm), salt)
}

function labeledExpand(
  suite: Uint8Array,
  prk: Uint8Array,
  label: string,
  info: Uint8Array,
  length: number,
): Uint8Array {
  const size = Uint8Array.of(length >> 8, length & 255)
  const labeled = concatBytes(size, VERSION_LABEL, suite, utf8ToBytes(label), info)
  return expand(sha256, prk, labeled, length)
}
