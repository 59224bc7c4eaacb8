import type { Clock } from '@pigeon/transport'

/** The first wait while something is missing, ms; each further one is twice as long. */
const FIRST_MS = 2000

/** The longest wait while something is missing, ms. */
const LONGEST_MS = 60_000

/**
 * The wait while nothing is missing, ms: shorter than a hub's heartbeat of 75 s, so that no PING is
 * needed.
 */
const CALM_MS = 65_000

/** Asks the hub at 2, 4, 8 … 60 s for as long as something is missing, and every 65 s otherwise. */
export class HubQueries {
  readonly #clock: Clock
  readonly #ask: () => void
  #cancel: () => void
  #waitMs = FIRST_MS
  #isMissing = true

  constructor(clock: Clock, ask: () => void) {
    this.#clock = clock
    this.#ask = ask
    this.#cancel = this.#wait()
  }

  /** Whether something is missing. */
  missing(isMissing: boolean): void {
    if (isMissing === this.#isMissing) return
    this.#isMissing = isMissing
    this.#waitMs = isMissing ? FIRST_MS : CALM_MS
    this.#cancel()
    this.#cancel = this.#wait()
  }

  stop(): void {
    this.#cancel()
  }

  #wait(): () => void {
    return this.#clock.after(this.#waitMs, () => {
      if (this.#isMissing) this.#waitMs = Math.min(this.#waitMs * 2, LONGEST_MS)
      this.#cancel = this.#wait()
      this.#ask()
    })
  }
}
