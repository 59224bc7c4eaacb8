import type { Clock } from '@pigeon/transport'

/** The first wait while something is missing, ms; each further one is twice as long. */
const FIRST_MS = 2000

/** The first wait when links are missing and the hub was not asked for a while, ms. */
const URGENT_MS = 500

/** So long a while, ms. */
const WHILE_MS = 10_000

/** The longest wait while something is missing, ms. */
const LONGEST_MS = 60_000

/**
 * The wait while nothing is missing, ms: shorter than a hub's heartbeat of 75 s, so that no PING is
 * needed.
 */
const CALM_MS = 65_000

/** An answer takes this long at most, as a rule, ms. */
const ANSWER_MS = 2000

/**
 * Asks the hub at 2, 4, 8 … 60 s for as long as something is missing, and 65 s after it was last
 * asked otherwise. What is missing again within that time goes on where the waits had come to.
 */
export class HubQueries {
  readonly #clock: Clock
  readonly #ask: () => void
  #cancel: () => void
  #missingWaitMs = FIRST_MS
  #isMissing = true
  #askedAt: number
  #answerUntil = Number.NEGATIVE_INFINITY

  constructor(clock: Clock, ask: () => void) {
    this.#clock = clock
    this.#ask = ask
    this.#askedAt = clock.now()
    this.#cancel = this.#wait(FIRST_MS)
  }

  /**
   * Whether something is missing.
   * @param areLinks whether it is links: neighbours may have died
   */
  missing(isMissing: boolean, areLinks = false): void {
    if (isMissing === this.#isMissing) return
    this.#isMissing = isMissing
    const sinceMs = this.#clock.now() - this.#askedAt
    const missingMs = areLinks && sinceMs >= WHILE_MS ? URGENT_MS : this.#missingWaitMs
    this.#cancel()
    this.#cancel = this.#wait(isMissing ? missingMs : Math.max(0, CALM_MS - sinceMs))
  }

  /** Whether peers that the hub names now may be its answer. */
  get isAnswerDue(): boolean {
    return this.#clock.now() < this.#answerUntil
  }

  stop(): void {
    this.#cancel()
  }

  #wait(ms: number): () => void {
    return this.#clock.after(ms, () => {
      this.#missingWaitMs = this.#isMissing
        ? Math.min(this.#missingWaitMs * 2, LONGEST_MS)
        : FIRST_MS
      this.#askedAt = this.#clock.now()
      this.#answerUntil = this.#askedAt + ANSWER_MS
      this.#cancel = this.#wait(this.#isMissing ? this.#missingWaitMs : CALM_MS)
      this.#ask()
    })
  }
}
