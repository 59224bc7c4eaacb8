import type { Random } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Awaitable } from './awaitable.ts'
import type { CryptoEngine, ReceivingKey, SigningKey } from './engine.ts'
import { type Opened, type OpenOptions, openEnvelope } from './envelope.ts'
import { peerIdFromKey } from './key-id.ts'
import { requireBytes } from './require-bytes.ts'

/** Bytes of what a `KeyStore` keeps: the seed of the signing key, then the secret receiving key. */
export const SECRET_BYTES = 64

/**
 * A signing and a receiving key, and the id they stand for. The secret halves are inside the engine
 * and never come out: not by a property, in JSON, in a log or in an error.
 */
export class Keys {
  /** The id the signing key proves. */
  readonly id: PeerId
  readonly #crypto: CryptoEngine
  readonly #signing: SigningKey
  readonly #receiving: ReceivingKey

  /** @param secret {@link SECRET_BYTES} bytes; not kept, so they may be erased afterwards */
  static async fromSecret(crypto: CryptoEngine, secret: Uint8Array): Promise<Keys> {
    requireBytes('a secret', secret, SECRET_BYTES)
    const [signing, receiving] = await Promise.all([
      crypto.signingKey(secret.subarray(0, 32)),
      crypto.receivingKey(secret.subarray(32)),
    ])
    return new Keys(crypto, signing, receiving)
  }

  /** Fresh keys that are stored nowhere. */
  static async generate(crypto: CryptoEngine, random: Random): Promise<Keys> {
    const secret = random.fill(new Uint8Array(SECRET_BYTES))
    const keys = await Keys.fromSecret(crypto, secret)
    secret.fill(0)
    return keys
  }

  private constructor(crypto: CryptoEngine, signing: SigningKey, receiving: ReceivingKey) {
    this.#crypto = crypto
    this.#signing = signing
    this.#receiving = receiving
    this.id = peerIdFromKey(signing.publicKey)
  }

  /** 32 bytes of Ed25519 public key. */
  get key(): Uint8Array {
    return this.#signing.publicKey
  }

  /** 32 bytes of X25519 public key, to which others seal. */
  get receivingKey(): Uint8Array {
    return this.#receiving.publicKey
  }

  /**
   * Signs bytes; 64 bytes. Whoever calls it puts a text of its own in front, such as
   * `pigeon/gossip/1`: what is signed for one purpose must mean nothing for another.
   */
  sign(bytes: Uint8Array): Awaitable<Uint8Array> {
    return this.#signing.sign(bytes)
  }

  /** Opens an envelope that was sealed to {@link Keys.receivingKey}. */
  open(envelope: Uint8Array, options: OpenOptions = {}): Promise<Opened> {
    return openEnvelope(this.#crypto, this.#receiving, envelope, options)
  }
}
