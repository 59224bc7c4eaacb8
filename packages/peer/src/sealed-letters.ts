import { ENVELOPE_OVERHEAD_BYTES, peerIdFromKey, sealEnvelope } from '@pigeon/identity'
import { systemCrypto } from '@pigeon/identity/system'
import type { Envelopes, Opened } from '@pigeon/mesh'
import { ByteWriter, type Random } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { CardBook } from './card-book.ts'
import type { Self } from './self.ts'

/** Bytes of the sender's key and signature inside. */
const SENDER_BYTES = 96

/** What {@link SealedLetters} go by. */
export interface SealedLettersOptions {
  readonly network: string
  readonly self: Self
  readonly cards: CardBook
  readonly random: Random
  /** Whether nothing of this peer is to be read. */
  readonly isBanned: (peer: PeerId) => boolean
  /** Whether a sender whose key is not that of its id may be believed. */
  readonly believes: (id: PeerId, key: Uint8Array) => boolean
}

/**
 * Seals direct messages to the receiver's key, signed inside by the sender, for this network, these
 * two peers and this one message: whoever passes them on can neither read nor change nor reuse them.
 */
export class SealedLetters implements Envelopes {
  readonly overheadBytes: number = ENVELOPE_OVERHEAD_BYTES + SENDER_BYTES
  readonly #options: SealedLettersOptions

  constructor(options: SealedLettersOptions) {
    this.#options = options
  }

  async seal(
    payload: Uint8Array,
    to: PeerId,
    context: Uint8Array,
  ): Promise<Uint8Array | undefined> {
    const { self, cards, random } = this.#options
    const card = await cards.get(to)
    if (card === undefined) return undefined
    const aad = this.#aad(self.id, to, context)
    return sealEnvelope(payload, {
      ...{ crypto: systemCrypto, random, to: card, aad, sender: self.identity },
    })
  }

  async open(bytes: Uint8Array, from: PeerId, context: Uint8Array): Promise<Opened | undefined> {
    const { self, isBanned, believes } = this.#options
    if (isBanned(from)) return undefined
    const aad = this.#aad(from, self.id, context)
    const opened = await self.identity.open(bytes, { aad })
    if (!opened.ok || opened.sender === undefined) return undefined
    const verified = peerIdFromKey(opened.sender) === from
    if (!verified && !believes(from, opened.sender)) return undefined
    return { payload: opened.bytes, verified }
  }

  #aad(from: PeerId, to: PeerId, context: Uint8Array): Uint8Array {
    return new ByteWriter(256)
      .text('pigeon/direct/1')
      .text(this.#options.network)
      .id(from)
      .id(to)
      .raw(context)
      .finish()
  }
}
