import type { Random } from '@pigeon/transport'

/**
 * Waiting times between attempts: exponential with full jitter, so that clients which lost one hub
 * at one moment come back spread out.
 * @see Brooker 2015, "Exponential Backoff And Jitter" (AWS Architecture Blog)
 */
export class Backoff {
  readonly #minMs: number
  readonly #maxMs: number
  readonly #random: Random
  readonly #bytes = new Uint8Array(4)
  #round = 0

  /**
   * @param minMs the upper end of the first wait
   * @param maxMs what the upper end grows to
   */
  constructor(minMs: number, maxMs: number, random: Random) {
    this.#minMs = minMs
    this.#maxMs = maxMs
    this.#random = random
  }

  /** Milliseconds to wait this time: anywhere from 0 to the present upper end. */
  next(): number {
    const top = Math.min(this.#maxMs, this.#minMs * 2 ** this.#round)
    this.#random.fill(this.#bytes)
    const value = new DataView(this.#bytes.buffer).getUint32(0) / 2 ** 32
    return Math.floor(top * value)
  }

  /** Doubles the upper end. */
  grow(): void {
    // Far above any cap already; more would overflow to Infinity.
    this.#round = Math.min(this.#round + 1, 32)
  }

  /** Back to the first wait. */
  reset(): void {
    this.#round = 0
  }
}
