/** Over how long a rate is taken, ms. */
const MEMORY_MS = 2000

/** How many of something come, lately. */
export class Meter {
  #level = 0
  #at: number
  readonly #since: number

  constructor(now: number) {
    this.#at = now
    this.#since = now
  }

  count(now: number): void {
    this.#level = this.#faded(now) + 1
    this.#at = now
  }

  /** A millisecond. */
  rate(now: number): number {
    const share = 1 - Math.exp(-Math.max(1, now - this.#since) / MEMORY_MS)
    return this.#faded(now) / (MEMORY_MS * share)
  }

  #faded(now: number): number {
    return this.#level * Math.exp(-(now - this.#at) / MEMORY_MS)
  }
}
