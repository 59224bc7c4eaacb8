import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { wholeNumber } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { type Awaitable, chain } from './awaitable.ts'
import { MAX_CARD_BYTES, MAX_CARD_VALID_MS, readCard } from './card.ts'
import type { Verify } from './engine.ts'
import { peerIdFromKey } from './key-id.ts'
import { LruMap } from './lru-map.ts'

/** A card whose key signed it, at a time it is valid. */
export interface Card {
  readonly kind: string
  /** The id its key proves. */
  readonly id: PeerId
  /** 32 bytes of Ed25519 public key. */
  readonly key: Uint8Array
  /** When it was signed, by its signer's clock, ms since 1970. */
  readonly time: number
  /** The first moment it is no longer valid, ms since 1970. */
  readonly validUntil: number
  readonly body: Uint8Array
}

/**
 * Why a card is refused:
 * - `CARD_TOO_LARGE`, `CARD_MALFORMED`, `CARD_VERSION`: the bytes are no card of this version
 * - `CARD_KIND`: another kind was expected
 * - `CARD_EXPIRED`, `CARD_EARLY`: it is not valid any more, or not yet
 * - `CARD_VALIDITY`: it claims to be valid for longer than is accepted
 * - `CARD_SIGNATURE`: the key did not sign it
 * - `CARD_UNCHECKED`: it may be good, but too many are being checked, or the engine could not be loaded
 */
export type CardProblem =
  | 'CARD_TOO_LARGE'
  | 'CARD_MALFORMED'
  | 'CARD_VERSION'
  | 'CARD_KIND'
  | 'CARD_EXPIRED'
  | 'CARD_EARLY'
  | 'CARD_VALIDITY'
  | 'CARD_SIGNATURE'
  | 'CARD_UNCHECKED'

/** A card, or why it is none. */
export type Checked<T, Code extends string> =
  | ({ readonly ok: true } & T)
  | { readonly ok: false; readonly code: Code }

/** What a {@link CardVerifier} says of bytes. */
export type CheckedCard = Checked<{ readonly card: Card }, CardProblem>

/** Options of {@link CardVerifier}. */
export interface CardVerifierOptions {
  /** `verify` of a `CryptoEngine`. */
  readonly verify: Verify
  /** Cards remembered as good, the last used. Default 1,024. */
  readonly cacheLimit?: number
  /** Checks under way at once; beyond, `CARD_UNCHECKED`. Default 256. */
  readonly pendingLimit?: number
  /** The largest card, bytes. Default 1,024, at most {@link MAX_CARD_BYTES}. */
  readonly maxBytes?: number
  /** How far the signer's clock may be ahead, ms. Default 60,000. */
  readonly skewMs?: number
}

/** What one card must be. */
export interface CardExpectation {
  readonly kind: string
  /** The time, ms since 1970. */
  readonly now: number
  /** The longest validity accepted, ms. Default {@link MAX_CARD_VALID_MS}. */
  readonly maxValidMs?: number
}

/**
 * Checks cards, each signature once: good ones are remembered by their hash, and a card that is
 * being checked is not checked a second time beside. Nothing it is given makes it throw.
 */
export class CardVerifier {
  readonly #verify: Verify
  readonly #good: LruMap<Card>
  readonly #pending = new Map<string, Promise<boolean | undefined>>()
  readonly #pendingLimit: number
  readonly #maxBytes: number
  readonly #skewMs: number
  #verified = 0

  /** @throws RangeError if an option is out of bounds */
  constructor(options: CardVerifierOptions) {
    const { cacheLimit = 1024, pendingLimit = 256, maxBytes = 1024, skewMs = 60_000 } = options
    this.#verify = options.verify
    this.#good = new LruMap(wholeNumber('cacheLimit', cacheLimit, 1, 1_000_000))
    this.#pendingLimit = wholeNumber('pendingLimit', pendingLimit, 1, 1_000_000)
    this.#maxBytes = wholeNumber('maxBytes', maxBytes, 1, MAX_CARD_BYTES)
    this.#skewMs = wholeNumber('skewMs', skewMs, 0, MAX_CARD_VALID_MS)
  }

  /** Signatures checked so far. */
  get verified(): number {
    return this.#verified
  }

  /** Checks a card; at once, if the engine does or the card is known. */
  check(bytes: Uint8Array, expected: CardExpectation): Awaitable<CheckedCard> {
    if (bytes.length > this.#maxBytes) return refused('CARD_TOO_LARGE')
    const hash = bytesToHex(sha256(bytes))
    const known = this.#good.get(hash)
    if (known !== undefined) return this.#problemOf(known, expected) ?? { ok: true, card: known }
    const read = readOrProblem(bytes)
    if (typeof read === 'string') return refused(read)
    const { card, signed, signature } = read
    const problem = this.#problemOf(card, expected)
    if (problem !== undefined) return problem
    return chain(this.#isSigned(hash, card, signed, signature), (good) => {
      if (good === undefined) return refused('CARD_UNCHECKED')
      return good ? { ok: true, card } : refused('CARD_SIGNATURE')
    })
  }

  #problemOf(card: Card, { kind, now, maxValidMs }: CardExpectation): Refused | undefined {
    if (card.kind !== kind) return refused('CARD_KIND')
    if (card.validUntil - card.time > (maxValidMs ?? MAX_CARD_VALID_MS)) {
      return refused('CARD_VALIDITY')
    }
    if (card.time > now + this.#skewMs) return refused('CARD_EARLY')
    return now >= card.validUntil ? refused('CARD_EXPIRED') : undefined
  }

  #isSigned(
    hash: string,
    card: Card,
    signed: Uint8Array,
    signature: Uint8Array,
  ): Awaitable<boolean | undefined> {
    const pending = this.#pending.get(hash)
    if (pending !== undefined) return pending
    if (this.#pending.size >= this.#pendingLimit) return undefined
    this.#verified++
    const good = this.#verify(signed, signature, card.key)
    if (!(good instanceof Promise)) return this.#remember(hash, card, good)
    const checking = good
      .then(
        (good) => this.#remember(hash, card, good),
        () => undefined,
      )
      .finally(() => this.#pending.delete(hash))
    this.#pending.set(hash, checking)
    return checking
  }

  #remember(hash: string, card: Card, good: boolean): boolean {
    if (good) this.#good.set(hash, card)
    return good
  }
}

interface Refused {
  readonly ok: false
  readonly code: CardProblem
}

function refused(code: CardProblem): Refused {
  return { ok: false, code }
}

function readOrProblem(
  bytes: Uint8Array,
): { card: Card; signed: Uint8Array; signature: Uint8Array } | CardProblem {
  try {
    const read = readCard(bytes)
    if (read === undefined) return 'CARD_VERSION'
    const { kind, key, time, validMs, body, signed, signature } = read
    const id = peerIdFromKey(key)
    return { card: { kind, id, key, time, validUntil: time + validMs, body }, signed, signature }
  } catch {
    return 'CARD_MALFORMED'
  }
}
