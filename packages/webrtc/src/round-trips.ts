/** Pings that may be unanswered and still be measured. */
const MAX_MEASURED = 64

/**
 * How long a link takes there and back. Pings are answered in order and none gets lost while the
 * link lives, so the n-th answer is to the n-th ping.
 */
export class RoundTrips {
  #sent = 0
  #answered = 0
  /** When the pings that are unanswered were sent, oldest first, by their number. */
  readonly #sentAt = new Map<number, number>()
  readonly #waiting = new Map<number, (ms: number) => void>()
  #lastMs: number | undefined

  /** Of the last answer, ms. */
  get lastMs(): number | undefined {
    return this.#lastMs
  }

  /** @param answered told how long it took, if this one is measured */
  pinged(now: number, answered?: (ms: number) => void): void {
    const number = ++this.#sent
    if (this.#sentAt.size >= MAX_MEASURED) return
    this.#sentAt.set(number, now)
    if (answered !== undefined) this.#waiting.set(number, answered)
  }

  ponged(now: number): void {
    if (this.#answered >= this.#sent) return // answers nothing
    const number = ++this.#answered
    const sentAt = this.#sentAt.get(number)
    if (sentAt === undefined) return
    this.#sentAt.delete(number)
    const ms = now - sentAt
    this.#lastMs = ms
    this.#waiting.get(number)?.(ms)
    this.#waiting.delete(number)
  }
}
