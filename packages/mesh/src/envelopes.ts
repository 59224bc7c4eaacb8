import type { PeerId } from '@pigeon/xor'

/** Seals payloads for one peer's eyes, and opens those of others. */
export interface Envelopes {
  /** Bytes a payload grows by, at most. */
  readonly overheadBytes: number
  /**
   * @param context what goes along in the clear: whoever changes it spoils the envelope
   * @returns `undefined` if the receiver's key cannot be had
   */
  seal(payload: Uint8Array, to: PeerId, context: Uint8Array): Promise<Uint8Array | undefined>
  /**
   * @param context as it arrived
   * @returns `undefined` unless `from` sealed it for this peer, with this context
   */
  open(bytes: Uint8Array, from: PeerId, context: Uint8Array): Promise<Opened | undefined>
}

/** What was in an envelope. */
export interface Opened {
  readonly payload: Uint8Array
  /** Whether the sender's id is proven. */
  readonly verified: boolean
}

/** Envelopes that wait to be opened, and their bytes, at most. */
const MAX_WAITING = 1024
const MAX_WAITING_BYTES = 4 * 1024 * 1024

/** Opens envelopes one after the other, so that they stay in order. */
export class Opener {
  readonly #envelopes: Envelopes
  #last: Promise<void> = Promise.resolve()
  #waiting = 0
  #waitingBytes = 0

  constructor(envelopes: Envelopes) {
    this.#envelopes = envelopes
  }

  /** @param opened is told what was inside, if it opens and there is room for it to wait */
  open(
    bytes: Uint8Array,
    from: PeerId,
    context: Uint8Array,
    opened: (inside: Opened) => void,
  ): void {
    const { length } = bytes
    if (this.#waiting >= MAX_WAITING || this.#waitingBytes + length > MAX_WAITING_BYTES) return
    this.#waiting++
    this.#waitingBytes += length
    this.#last = this.#last.then(async () => {
      try {
        const inside = await this.#envelopes.open(bytes, from, context)
        if (inside !== undefined) opened(inside)
      } catch {
        // An engine that fails is as one that cannot open it.
      }
      this.#waiting--
      this.#waitingBytes -= length
    })
  }
}
