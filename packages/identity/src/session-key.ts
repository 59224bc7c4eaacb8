import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { ByteWriter, type Random } from '@pigeon/transport'
import { type PeerId, peerIdToBytes } from '@pigeon/xor'
import { deriveKey } from './hkdf.ts'
import { BINDING_BYTES } from './link-proof.ts'
import { openWithKey, sealWithKey } from './sealing.ts'

/** The two ends of an attempt to link, and where it is made. */
export interface SessionContext {
  readonly network: string
  /** What both ends call the attempt: another one has another key. */
  readonly linkId: string
  readonly self: PeerId
  readonly remote: PeerId
}

const SALT = utf8ToBytes('pigeon/session/1')

/**
 * A key that two ends share for one attempt to link, out of a password or a secret. It seals the
 * descriptions and candidates on their way through a hub, and is bound into the proof on the link.
 */
export class SessionKey {
  readonly #sealing: Uint8Array
  readonly #binding: Uint8Array
  readonly #random: Random
  readonly #self: PeerId
  readonly #remote: PeerId

  /**
   * @param secret at least 128 bits that nobody else can guess: of a password exchange, or of
   * `parseShareSecret`
   */
  constructor(secret: Uint8Array, context: SessionContext, random: Random) {
    const { network, linkId, self, remote } = context
    const [lower, higher] = self < remote ? [self, remote] : [remote, self]
    const info = (purpose: string): Uint8Array =>
      new ByteWriter(256).text(purpose).text(network).text(linkId).id(lower).id(higher).finish()
    this.#sealing = deriveKey(secret, { salt: SALT, info: info('seal') })
    this.#binding = deriveKey(secret, { salt: SALT, info: info('bind'), length: BINDING_BYTES })
    this.#random = random
    this.#self = self
    this.#remote = remote
  }

  /** 32 bytes for the transcript of the proof on the link: `LinkFacts.binding`. */
  get binding(): Uint8Array {
    return this.#binding.slice()
  }

  /** Seals a signal to the other end, which knows by this that it is from here. */
  seal(bytes: Uint8Array): Promise<Uint8Array> {
    const aad = direction(this.#self, this.#remote)
    return sealWithKey(bytes, { key: this.#sealing, random: this.#random, aad })
  }

  /** @returns `undefined` unless the other end sealed it for this attempt */
  open(sealed: Uint8Array): Promise<Uint8Array | undefined> {
    const aad = direction(this.#remote, this.#self)
    return openWithKey(sealed, { key: this.#sealing, aad })
  }
}

function direction(from: PeerId, to: PeerId): Uint8Array {
  return concatBytes(peerIdToBytes(from), peerIdToBytes(to))
}
