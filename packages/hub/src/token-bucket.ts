/** `over`: not now; `far-over`: so much too much that it cannot be a mistake. */
export type Allowance = 'ok' | 'over' | 'far-over'

/**
 * A token bucket that goes into debt: what comes while it is empty is refused and still counted,
 * so a flood digs itself in, and at one more burst below zero it is called a flood.
 * @see Turner 1986, "New directions in communications (or which way to the information age?)"
 */
export class TokenBucket {
  readonly #rate: number
  readonly #burst: number
  #level: number
  #at: number

  /**
   * @param rate tokens a second
   * @param burst tokens at most
   * @param now ms
   */
  constructor(rate: number, burst: number, now: number) {
    this.#rate = rate
    this.#burst = burst
    this.#level = burst
    this.#at = now
  }

  /** Whether it is as deep in debt as it gets, so that asking for more is not worth an answer. */
  isFarOver(now: number): boolean {
    return this.#level + this.#gained(now) < -this.#burst
  }

  take(tokens: number, now: number): Allowance {
    this.#level = Math.min(this.#burst, this.#level + this.#gained(now)) - tokens
    this.#at = now
    if (this.#level >= 0) return 'ok'
    // The debt is bounded too, for the sake of whoever raises the limits.
    this.#level = Math.max(this.#level, -this.#burst - tokens)
    return this.#level < -this.#burst ? 'far-over' : 'over'
  }

  #gained(now: number): number {
    return ((now - this.#at) / 1000) * this.#rate
  }
}
