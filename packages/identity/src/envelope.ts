import type { Random } from '@pigeon/transport'
import type { Signer } from './card.ts'
import type { Checked } from './card-verifier.ts'
import type { CryptoEngine, ReceivingKey } from './engine.ts'
import { lazily } from './lazily.ts'

const format = lazily(() => import('./envelope-format.ts'))

/** How {@link sealEnvelope} seals. */
export interface EnvelopeOptions {
  readonly crypto: CryptoEngine
  readonly random: Random
  /** Who can open it: a key card, or anything else with an X25519 key. */
  readonly to: { readonly receivingKey: Uint8Array }
  /** Authenticated, but not part of the envelope: the other side must know it. Default nothing. */
  readonly aad?: Uint8Array
  /** Signs inside, for the receiver's eyes alone. Default nobody: then anybody may have sent it. */
  readonly sender?: Signer
}

/** How an envelope is opened. */
export interface OpenOptions {
  /** As it was sealed with. Default nothing. */
  readonly aad?: Uint8Array
  /** Larger ones are refused. Default `MAX_ENVELOPE_BYTES`. */
  readonly maxBytes?: number
}

/**
 * Why an envelope is refused:
 * - `ENVELOPE_TOO_LARGE`, `ENVELOPE_MALFORMED`, `ENVELOPE_VERSION`: no envelope of this version
 * - `ENVELOPE_UNREADABLE`: sealed to another key, for something else, or changed
 * - `ENVELOPE_SIGNATURE`: it names a sender who did not sign it for this receiver
 */
export type EnvelopeProblem =
  | 'ENVELOPE_TOO_LARGE'
  | 'ENVELOPE_MALFORMED'
  | 'ENVELOPE_VERSION'
  | 'ENVELOPE_UNREADABLE'
  | 'ENVELOPE_SIGNATURE'

/** What was inside: the bytes, and the key of the sender if it signed. */
export type Opened = Checked<
  { readonly bytes: Uint8Array; readonly sender: Uint8Array | undefined },
  EnvelopeProblem
>

/**
 * Seals bytes so that only the holder of one key can open them: HPKE in base mode.
 * @throws RangeError if `to` has no key that can be sealed to
 * @see RFC 9180; SPEC.md
 */
export async function sealEnvelope(
  bytes: Uint8Array,
  options: EnvelopeOptions,
): Promise<Uint8Array> {
  return (await format()).sealEnvelope(bytes, options)
}

/** Opens what {@link sealEnvelope} made. Bytes from the network may be given as they are. */
export async function openEnvelope(
  crypto: CryptoEngine,
  recipient: ReceivingKey,
  envelope: Uint8Array,
  options: OpenOptions,
): Promise<Opened> {
  return (await format()).openEnvelope(crypto, recipient, envelope, options)
}
