import { ByteReader, ByteWriter } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { type Awaitable, chain } from './awaitable.ts'
import { type Signer, signCard } from './card.ts'
import type { CardProblem, CardVerifier, Checked } from './card-verifier.ts'
import { checkCertificate, type User } from './certificate.ts'
import { KEY_BYTES } from './engine.ts'
import { isReceivingKey } from './key-rules.ts'

/** The kind of card that binds a receiving key to a signing key. */
export const KEY_CARD_KIND = 'keys'

/** The largest certificate in a key card, bytes. One has 187. */
const MAX_CERTIFICATE_BYTES = 256

/** Who a peer is: what others need in order to check what it signs and to seal to it. */
export interface KeyCard {
  readonly id: PeerId
  /** 32 bytes of Ed25519 public key. */
  readonly key: Uint8Array
  /** 32 bytes of X25519 public key. */
  readonly receivingKey: Uint8Array
  /** The user who vouches for this peer, if one does. */
  readonly user: User | undefined
  /** The first moment the card, or what its user says, is no longer valid, ms since 1970. */
  readonly validUntil: number
}

/** Why a key card is refused: a {@link CardProblem}, or its certificate is not for it, or not valid. */
export type KeyCardProblem = CardProblem | 'CARD_CERTIFICATE'

/**
 * Binds a receiving key to the signing key of an instance, and shows the certificate of its user.
 * @returns the card: 148 bytes, 336 with a certificate, a few more for a longer validity
 */
export function signKeyCard(
  instance: Signer & { readonly receivingKey: Uint8Array },
  { time, validMs, certificate }: { time: number; validMs: number; certificate?: Uint8Array },
): Awaitable<Uint8Array> {
  const body = new ByteWriter(KEY_BYTES + MAX_CERTIFICATE_BYTES)
    .raw(instance.receivingKey)
    .bytes(certificate ?? new Uint8Array(0))
    .finish()
  return signCard(instance, { kind: KEY_CARD_KIND, time, validMs, body })
}

/**
 * Reads and checks a key card and the certificate in it. Bytes from the network may be given as
 * they are.
 * @param now ms since 1970
 */
export function checkKeyCard(
  verifier: CardVerifier,
  bytes: Uint8Array,
  now: number,
): Awaitable<Checked<{ readonly card: KeyCard }, KeyCardProblem>> {
  return chain(verifier.check(bytes, { kind: KEY_CARD_KIND, now }), (result) => {
    if (!result.ok) return result
    const { id, key, validUntil } = result.card
    const body = readBody(result.card.body)
    if (body === undefined) return { ok: false, code: 'CARD_MALFORMED' }
    const { receivingKey, certificate } = body
    if (certificate.length === 0) {
      return { ok: true, card: { id, key, receivingKey, user: undefined, validUntil } }
    }
    return chain(checkCertificate(verifier, certificate, now), (found) => {
      if (found === undefined || !found.instance.every((byte, index) => byte === key[index])) {
        return { ok: false, code: 'CARD_CERTIFICATE' }
      }
      const until = Math.min(validUntil, found.validUntil)
      return { ok: true, card: { id, key, receivingKey, user: found.user, validUntil: until } }
    })
  })
}

function readBody(
  bytes: Uint8Array,
): { receivingKey: Uint8Array; certificate: Uint8Array } | undefined {
  const reader = new ByteReader(bytes)
  try {
    const receivingKey = reader.raw(KEY_BYTES)
    const certificate = reader.bytes(MAX_CERTIFICATE_BYTES)
    reader.end()
    return isReceivingKey(receivingKey) ? { receivingKey, certificate } : undefined
  } catch {
    return undefined
  }
}
