import type { PeerId } from '@pigeon/xor'

/** What is on its way to each peer, so that nobody can fill memory by not answering. */
export class Load {
  readonly #maxBytes: number
  readonly #maxMessages: number
  readonly #peers = new Map<PeerId, { messages: number; bytes: number }>()

  /** @param maxBytes for one peer; a first message may be larger */
  constructor(maxMessages: number, maxBytes: number) {
    this.#maxMessages = maxMessages
    this.#maxBytes = maxBytes
  }

  fits(to: PeerId, bytes: number): boolean {
    const load = this.#peers.get(to)
    if (load === undefined) return true
    return load.messages < this.#maxMessages && load.bytes + bytes <= this.#maxBytes
  }

  add(to: PeerId, bytes: number): void {
    const load = this.#peers.get(to) ?? { messages: 0, bytes: 0 }
    this.#peers.set(to, { messages: load.messages + 1, bytes: load.bytes + bytes })
  }

  remove(to: PeerId, bytes: number): void {
    const load = this.#peers.get(to)
    if (load === undefined) return
    load.messages--
    load.bytes -= bytes
    if (load.messages === 0) this.#peers.delete(to)
  }
}
