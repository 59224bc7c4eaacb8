import type { Clock } from '@pigeon/transport'

/** The wait after a change of links, ms. */
const SOON_MS = 1000

/** The wait while nothing changes, ms. */
const CALM_MS = 30_000

/** Repeats a search: a second after each change of links, and every half minute while all is calm. */
export class SearchTimer {
  readonly #clock: Clock
  readonly #search: () => void
  #cancel: () => void
  #isSoon = false

  constructor(clock: Clock, search: () => void) {
    this.#clock = clock
    this.#search = search
    this.#cancel = this.#wait(CALM_MS)
  }

  /** Something changed. */
  soon(): void {
    if (this.#isSoon) return
    this.#isSoon = true
    this.#cancel()
    this.#cancel = this.#wait(SOON_MS)
  }

  stop(): void {
    this.#isSoon = true
    this.#cancel()
  }

  #wait(ms: number): () => void {
    return this.#clock.after(ms, () => {
      this.#isSoon = false
      this.#cancel = this.#wait(CALM_MS)
      this.#search()
    })
  }
}
