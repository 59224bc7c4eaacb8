import { type Clock, type Random, wholeNumber } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Awaitable } from './awaitable.ts'
import { MAX_CERTIFICATE_VALID_MS, signCertificate } from './certificate.ts'
import type { CryptoEngine } from './engine.ts'
import type { Opened, OpenOptions } from './envelope.ts'
import { signKeyCard } from './key-card.ts'
import type { KeyStore } from './key-store.ts'
import { Keys, SECRET_BYTES } from './keys.ts'

/** How long a key card, and the certificate in it, is valid if not told otherwise: a day, ms. */
export const CARD_VALID_MS: number = 24 * 60 * 60 * 1000

/** Options of {@link Identity.create}. */
export interface IdentityOptions {
  readonly crypto: CryptoEngine
  readonly random: Random
  readonly clock: Pick<Clock, 'now'>
  /** Keeps a user's key, made when there is none. Default none: nobody vouches for this instance. */
  readonly persistent?: KeyStore
  /** How long a card is valid, ms. Default {@link CARD_VALID_MS}, at most 30 days. */
  readonly cardValidMs?: number
}

/**
 * Who this running instance is.
 *
 * 1. Its keys are fresh: two tabs, a tab and its duplicate, or a page before and after a reload
 *    never have the same id, so none is taken for the ghost of another.
 * 2. With `persistent`, the key of a user, who stays the same, vouches for it.
 * 3. The secret halves never leave: not by a property, in JSON, in a log or in an error.
 */
export class Identity {
  /** The user who vouches for this instance; signs and opens as the user. */
  readonly user: Keys | undefined
  readonly #keys: Keys
  readonly #clock: Pick<Clock, 'now'>
  readonly #cardValidMs: number
  #card: { readonly bytes: Promise<Uint8Array>; readonly renewAt: number } | undefined

  /**
   * Makes fresh keys, and loads or makes the user's.
   * @throws RangeError if an option is out of bounds
   * @throws IdentityError if the store fails
   */
  static async create(options: IdentityOptions): Promise<Identity> {
    const { crypto, random, clock, persistent, cardValidMs = CARD_VALID_MS } = options
    wholeNumber('cardValidMs', cardValidMs, 1000, MAX_CERTIFICATE_VALID_MS)
    const [keys, user] = await Promise.all([
      Keys.generate(crypto, random),
      persistent && loadUser(crypto, random, persistent),
    ])
    return new Identity(keys, user, clock, cardValidMs)
  }

  private constructor(
    keys: Keys,
    user: Keys | undefined,
    clock: Pick<Clock, 'now'>,
    cardValidMs: number,
  ) {
    this.#keys = keys
    this.user = user
    this.#clock = clock
    this.#cardValidMs = cardValidMs
  }

  /** The id of this instance, which its key proves. */
  get id(): PeerId {
    return this.#keys.id
  }

  /** 32 bytes of Ed25519 public key. */
  get key(): Uint8Array {
    return this.#keys.key
  }

  /** 32 bytes of X25519 public key, to which others seal. */
  get receivingKey(): Uint8Array {
    return this.#keys.receivingKey
  }

  /** As {@link Keys.sign}. */
  sign(bytes: Uint8Array): Awaitable<Uint8Array> {
    return this.#keys.sign(bytes)
  }

  /** As {@link Keys.open}: what was sealed to this instance. For its user there is `user.open`. */
  open(envelope: Uint8Array, options: OpenOptions = {}): Promise<Opened> {
    return this.#keys.open(envelope, options)
  }

  /**
   * A key card to hand to others, with the certificate of the user if there is one. The same until
   * half of its time is over, then a new one.
   */
  card(): Promise<Uint8Array> {
    const time = Math.floor(this.#clock.now())
    if (this.#card === undefined || time >= this.#card.renewAt) {
      const bytes = this.#sign(time)
      this.#card = { bytes, renewAt: time + this.#cardValidMs / 2 }
      bytes.catch(() => {
        this.#card = undefined
      })
    }
    return this.#card.bytes
  }

  async #sign(time: number): Promise<Uint8Array> {
    const validMs = this.#cardValidMs
    if (this.user === undefined) return signKeyCard(this.#keys, { time, validMs })
    const certificate = await signCertificate(this.user, this.key, { time, validMs })
    return signKeyCard(this.#keys, { time, validMs, certificate })
  }
}

async function loadUser(crypto: CryptoEngine, random: Random, store: KeyStore): Promise<Keys> {
  const secret = (await store.load()) ?? (await makeSecret(random, store))
  const user = await Keys.fromSecret(crypto, secret)
  secret.fill(0)
  return user
}

async function makeSecret(random: Random, store: KeyStore): Promise<Uint8Array> {
  const made = random.fill(new Uint8Array(SECRET_BYTES))
  const kept = await store.keep(made)
  made.fill(0)
  return kept
}
