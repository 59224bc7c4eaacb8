/**
 * Allows a rate, and a burst on top of it.
 * @see Turner 1986, "New directions in communications (or which way to the information age?)"
 */
export class TokenBucket {
  readonly #rate: number
  readonly #burst: number
  #level: number
  #at: number

  /**
   * @param rate tokens a second
   * @param burst tokens at most, and at the beginning
   * @param now ms
   */
  constructor(rate: number, burst: number, now: number) {
    this.#rate = rate
    this.#burst = burst
    this.#level = burst
    this.#at = now
  }

  /**
   * @param debt how far below zero it may go
   * @returns false, and nothing is taken, if there are too few
   */
  take(tokens: number, now: number, debt = 0): boolean {
    if (!this.has(tokens, now, debt)) return false
    this.#level -= tokens
    return true
  }

  /** As {@link take}, but nothing is taken. */
  has(tokens: number, now: number, debt = 0): boolean {
    this.#level = Math.min(this.#burst, this.#level + ((now - this.#at) / 1000) * this.#rate)
    this.#at = now
    return this.#level + debt >= tokens
  }
}
