import type { Clock } from '@pigeon/transport'

/** The pause after the first failure, ms; each further one is twice as long. */
const FIRST_MS = 2000

/** The longest pause, ms. */
const LONGEST_MS = 300_000

/** Dials that fill places pause after one that failed: the network may let nothing through. */
export class FillPause {
  readonly #clock: Clock
  #pauseMs = 0
  #until = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get isOver(): boolean {
    return this.#until <= this.#clock.now()
  }

  failed(): void {
    this.#pauseMs = Math.min(Math.max(FIRST_MS, this.#pauseMs * 2), LONGEST_MS)
    this.#until = this.#clock.now() + this.#pauseMs
  }

  /** A link opened: the next pause is the first again. */
  linked(): void {
    this.#pauseMs = 0
  }

  forgive(): void {
    this.#pauseMs = 0
    this.#until = 0
  }
}
