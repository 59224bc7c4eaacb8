/** A message that has not come whole. */
interface Partial {
  readonly totalBytes: number
  bytes: Uint8Array
  received: number
}

/** Messages of one neighbour that may be incomplete at once. */
const MAX_PARTIAL = 64

/**
 * Puts the pieces of one neighbour's messages together. Memory grows with what really came, not
 * with what was promised.
 */
export class Reassembly {
  readonly #maxMessageBytes: number
  readonly #maxBytes: number
  readonly #partial = new Map<number, Partial>()
  #promised = 0

  /** @param maxBytes all incomplete messages together */
  constructor(maxMessageBytes: number, maxBytes: number) {
    this.#maxMessageBytes = maxMessageBytes
    this.#maxBytes = maxBytes
  }

  /** @returns the whole message, why it is refused, or undefined while more must come */
  start(
    number: number,
    totalBytes: number,
    piece: Uint8Array,
  ): Uint8Array | 'TOO_LARGE' | 'BUSY' | 'malformed' | undefined {
    if (totalBytes > this.#maxMessageBytes) return 'TOO_LARGE'
    if (piece.length > totalBytes || this.#partial.has(number)) return 'malformed'
    if (piece.length === totalBytes) return piece
    const isFull = this.#partial.size >= MAX_PARTIAL
    if (isFull || this.#promised + totalBytes > this.#maxBytes) return 'BUSY'
    this.#promised += totalBytes
    this.#partial.set(number, { totalBytes, bytes: piece, received: piece.length })
    return undefined
  }

  /** @returns the whole message, or undefined while more must come or if none was begun */
  more(number: number, piece: Uint8Array): Uint8Array | 'malformed' | undefined {
    const partial = this.#partial.get(number)
    if (partial === undefined) return undefined // refused or given up before
    if (piece.length === 0 || partial.received + piece.length > partial.totalBytes) {
      this.drop(number)
      return 'malformed'
    }
    grow(partial, partial.received + piece.length)
    partial.bytes.set(piece, partial.received)
    partial.received += piece.length
    if (partial.received < partial.totalBytes) return undefined
    this.drop(number)
    return partial.bytes.subarray(0, partial.totalBytes)
  }

  drop(number: number): void {
    this.#promised -= this.#partial.get(number)?.totalBytes ?? 0
    this.#partial.delete(number)
  }
}

function grow(partial: Partial, needed: number): void {
  if (needed <= partial.bytes.length) return
  const bytes = new Uint8Array(Math.min(partial.totalBytes, 2 * needed))
  bytes.set(partial.bytes.subarray(0, partial.received))
  partial.bytes = bytes
}
