import { MAX_TALK_BYTES } from './admission-frames.ts'
import type { ProvenPeer } from './link-handshake.ts'

/** Messages of the other side's hook that wait for this side's. */
export const MAX_TALK_WAITING = 16

/** What an {@link Authorize} hook can say to the one at the other end, and hear of it. */
export interface LinkTalk {
  /**
   * @param bytes at most {@link MAX_TALK_BYTES}
   * @returns whether they were sent
   * @throws RangeError if they are more
   */
  send(bytes: Uint8Array): boolean
  /** The next message of the other side's hook. Rejects when the link ends. */
  receive(): Promise<Uint8Array>
}

/**
 * Decides whether a peer that has proven who it is may be linked with. Both ends may have one; the
 * link opens when both say yes, and closes with `NOT_AUTHORIZED` if one says no, throws or rejects.
 */
export type Authorize = (peer: ProvenPeer, io: LinkTalk) => boolean | Promise<boolean>

/** One end of the talk of two hooks. */
export class Talk implements LinkTalk {
  readonly #transmit: (bytes: Uint8Array) => boolean
  readonly #heard: Uint8Array[] = []
  readonly #waiting: { resolve: (bytes: Uint8Array) => void; reject: (error: Error) => void }[] = []
  #ended = false

  constructor(transmit: (bytes: Uint8Array) => boolean) {
    this.#transmit = transmit
  }

  send(bytes: Uint8Array): boolean {
    if (bytes.length > MAX_TALK_BYTES) {
      throw new RangeError(`at most ${MAX_TALK_BYTES} bytes at once, got ${bytes.length}`)
    }
    return !this.#ended && this.#transmit(bytes)
  }

  receive(): Promise<Uint8Array> {
    const first = this.#heard.shift()
    if (first !== undefined) return Promise.resolve(first)
    if (this.#ended) return Promise.reject(ended())
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  /** A message came. @returns whether there was room for it */
  heard(bytes: Uint8Array): boolean {
    const waiting = this.#waiting.shift()
    if (waiting !== undefined) waiting.resolve(bytes)
    else if (this.#heard.length >= MAX_TALK_WAITING) return false
    else this.#heard.push(bytes)
    return true
  }

  end(): void {
    this.#ended = true
    for (const { reject } of this.#waiting.splice(0)) reject(ended())
  }
}

function ended(): Error {
  return new Error('the link ended')
}
