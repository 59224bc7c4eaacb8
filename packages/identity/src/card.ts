import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { ByteReader, ByteWriter, WireError, wholeNumber } from '@pigeon/transport'
import { type Awaitable, chain } from './awaitable.ts'
import { KEY_BYTES, SIGNATURE_BYTES } from './engine.ts'

/** The largest body of a card, bytes. */
export const MAX_CARD_BODY_BYTES = 4096

/** The largest card, bytes. */
export const MAX_CARD_BYTES: number = MAX_CARD_BODY_BYTES + 160

/** The longest a card may be valid: 366 days, ms. */
export const MAX_CARD_VALID_MS: number = 366 * 24 * 60 * 60 * 1000

const VERSION = 1
const KIND = /^[a-z0-9/.-]{1,32}$/
const MAX_KIND_BYTES = 32

/** In front of what is signed, so that nothing else that is signed looks like a card. */
const SIGNED_PREFIX = utf8ToBytes('pigeon/card/1')

/** Who signs: an `Identity`, its user, or any other key. */
export interface Signer {
  /** 32 bytes of Ed25519 public key. */
  readonly key: Uint8Array
  sign(bytes: Uint8Array): Awaitable<Uint8Array>
}

/** What a card says, beside who says it. */
export interface CardContent {
  /** What the body is: 1 to 32 of `a-z 0-9 / . -`. */
  readonly kind: string
  /** When it was signed, ms since 1970. */
  readonly time: number
  /** How long from then it is valid, ms, 1 to {@link MAX_CARD_VALID_MS}. */
  readonly validMs: number
  /** At most {@link MAX_CARD_BODY_BYTES}. */
  readonly body: Uint8Array
}

/** A card as it was read; whether the key signed it is another question. */
export interface ReadCard extends CardContent {
  /** 32 bytes: who says so. */
  readonly key: Uint8Array
  readonly signature: Uint8Array
  /** What the signature covers. */
  readonly signed: Uint8Array
}

/**
 * Signs a statement that may be passed on by anybody: of one kind, by one key, valid for a time.
 * @returns the card, at most {@link MAX_CARD_BYTES}
 * @throws RangeError if anything is outside its bounds
 */
export function signCard(signer: Signer, content: CardContent): Awaitable<Uint8Array> {
  const { kind, time, validMs, body } = content
  if (!KIND.test(kind)) throw new RangeError(`a kind is 1 to 32 of a-z 0-9 / . -, got ${kind}`)
  wholeNumber('time', time, 0, Number.MAX_SAFE_INTEGER - MAX_CARD_VALID_MS)
  wholeNumber('validMs', validMs, 1, MAX_CARD_VALID_MS)
  wholeNumber('bytes of a body', body.length, 0, MAX_CARD_BODY_BYTES)
  const unsigned = new ByteWriter(body.length + 160)
    .u8(VERSION)
    .text(kind)
    .raw(signer.key)
    .u64(time)
    .varuint(validMs)
    .bytes(body)
    .finish()
  return chain(signer.sign(concatBytes(SIGNED_PREFIX, unsigned)), (signature) =>
    concatBytes(unsigned, signature),
  )
}

/**
 * Reads a card of any kind; the bytes are copied.
 * @returns `undefined` for a version that is not known
 * @throws WireError if the bytes are no card
 */
export function readCard(given: Uint8Array): ReadCard | undefined {
  const bytes = new Uint8Array(given)
  const reader = new ByteReader(bytes)
  if (reader.u8() !== VERSION) return undefined
  const kind = reader.text(MAX_KIND_BYTES)
  if (!KIND.test(kind)) throw new WireError('WIRE_MALFORMED', 'kind has other characters')
  const key = reader.raw(KEY_BYTES)
  const time = reader.u64()
  const validMs = reader.varuint(MAX_CARD_VALID_MS)
  const body = reader.bytes(MAX_CARD_BODY_BYTES)
  const signature = reader.raw(SIGNATURE_BYTES)
  reader.end()
  const signed = concatBytes(SIGNED_PREFIX, bytes.subarray(0, -SIGNATURE_BYTES))
  return { kind, key, time, validMs, body, signature, signed }
}
