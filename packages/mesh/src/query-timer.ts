import type { Clock } from '@pigeon/transport'

/** The first wait, ms; each further one is twice as long. */
const FIRST_MS = 2000

/** The longest wait, ms. */
const MAX_MS = 60_000

/** Asks at 2, 4, 8 … 60 s for as long as something is wanted. */
export class QueryTimer {
  readonly #clock: Clock
  readonly #ask: () => void
  #cancel: (() => void) | undefined
  #waitMs = FIRST_MS

  constructor(clock: Clock, ask: () => void) {
    this.#clock = clock
    this.#ask = ask
  }

  /** Starts or goes on if `wanted`, else stops and begins anew the next time. */
  want(wanted: boolean): void {
    if (!wanted) this.stop()
    else if (this.#cancel === undefined) this.#schedule()
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#waitMs = FIRST_MS
  }

  #schedule(): void {
    this.#cancel = this.#clock.after(this.#waitMs, () => {
      this.#waitMs = Math.min(this.#waitMs * 2, MAX_MS)
      this.#schedule()
      this.#ask()
    })
  }
}
